
00000100 <op1_conv_2d>:
     100: { 	loop1(0x108,#4) }
     104: { 	jump 0x108 }
     108: { 	loop0(0x110,#15)
     10c:   	v0 = vxor(v0,v0) }
     110: { 	v1 = vmem(r29+#3)
     114:   	v0.w += vrmpy(v1.ub,r2.b) }
     118: { 	vmem(r30+#-1) = v0
     11c:   	v2.w += vrmpy(v1.ub,r3.b) }  :endloop0
     120: { 	vmem(r29+#1) = v2
     124:   	v3.w = vmpye(v2.w,v4.uh) }  :endloop1
     128: { 	jumpr r31 }

00000200 <op2_add>:
     200: { 	r2 = #9 }
     204: { 	r2 = add(r2,#-1); 	v0 = vmem(r0++#1) }
     208: { 	p0 = cmp.eq(r2,#0)
     20c:   	if (!p0.new) jump:t 0x204 }
     210: { 	jumpr r31 }

00000300 <leave>:
     300: { 	jump 0x300 }
