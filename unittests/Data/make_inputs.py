#!/usr/bin/env python3
"""Makes unittests/Data/Inputs: arrays by numpy, images by Pillow, and what both
make of them. The tests compare mopt's readers with these.

usage: make_inputs.py        (run in unittests/Data; needs numpy >= 2 and pillow)
"""
import io
import os
import shutil
import zipfile

import numpy as np
from PIL import Image

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs")
# Archives carry this date, so that a second run makes the same bytes.
DATE = (2020, 1, 1, 0, 0, 0)


def out(*names):
    path = os.path.join(OUT, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def npy(array, version=(1, 0)):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    return buffer.getvalue()


def write(name, data):
    with open(out(name), "wb") as f:
        f.write(data)


def archive(name, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(out(name), "w") as z:
        for member, data in members.items():
            info = zipfile.ZipInfo(member, DATE)
            info.compress_type = method
            z.writestr(info, data)


def arrays():
    base = np.arange(24).reshape(2, 3, 4)
    write("c_order.npy", npy(base.astype("<i4")))
    write("version2.npy", npy(base.astype("<i4"), (2, 0)))
    write("version3.npy", npy(base.astype("<i4"), (3, 0)))
    write("big_endian.npy", npy(base.astype(">i4")))
    write("fortran.npy", npy(np.asfortranarray(base.astype("<i4"))))
    cplx = (base + 1j * (base + 100)).astype(">c8")
    write("fortran_big_complex.npy", npy(np.asfortranarray(cplx)))
    write("scalar.npy", npy(np.array(2.5)))
    write("vector.npy", npy(np.arange(5, dtype=np.int64)))
    write("strings.npy", npy(np.array(["a", "bc"])))


def archives():
    x = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3)
    y = np.array([3, 1, 4, 1, 5], dtype=np.int64)
    names = np.array(["zero", "one"])
    members = {"x.npy": npy(x), "y.npy": npy(y), "classes.npy": npy(names)}
    archive("stored.npz", members, zipfile.ZIP_STORED)
    archive("deflated.npz", members)
    archive("bzip2.npz", members, zipfile.ZIP_BZIP2)
    archive("two_inputs.npz", {
        "left.npy": npy(np.arange(6, dtype=np.float32).reshape(3, 2)),
        "right.npy": npy(np.arange(3, dtype=np.int32).reshape(3, 1))})
    # Malformed: what the header says is not what the archive holds.
    head = npy(x)
    archive("short_member.npz", {"x.npy": head[:-7]})
    archive("long_member.npz", {"x.npy": head + b"junk"})
    archive("not_npy.npz", {"x.npy": b"hello, this is not an array"})
    archive("empty_member.npz", {"x.npy": b""})
    archive("float_labels.npz", {"x.npy": npy(x), "y.npy": npy(y / 2)})
    archive("onehot_labels.npz", {"x.npy": npy(x), "y.npy": npy(np.eye(5, dtype=int))})
    archive("few_labels.npz", {"x.npy": npy(x), "y.npy": npy(y[:4])})
    archive("no_labels.npz", {"x.npy": npy(x)})
    archive("scalar_x.npz", {"x.npy": npy(np.array(1.0))})
    archive("no_samples.npz", {"x.npy": npy(x[:0])})
    archive("uneven_inputs.npz", {"left.npy": npy(x), "right.npy": npy(x[:2])})
    archive("no_arrays.npz", {})
    with open(out("stored.npz"), "rb") as f:
        data = bytearray(f.read())
    # One element changed: only the CRC can tell.
    data[data.index(b"\x93NUMPY") + 130] ^= 0xFF
    write("bad_crc.npz", bytes(data))
    # The archive claims 4 GiB for a member of a few bytes, and so does the
    # .npy header: the bound on deflate's ratio must refuse it before memory is
    # taken. 0xFFFFFFFE is the most that the plain ZIP fields can say.
    claimed = 0xFFFFFFFE
    header = npy(np.zeros(1, np.uint8))[:-1].replace(
        b"(1,), }" + b" " * 10, b"(%d,), }" % (claimed - 128) + b" " * 1)
    assert len(header) == 128
    archive("bomb.npz", {"x.npy": header})
    with open(out("bomb.npz"), "rb") as f:
        data = bytearray(f.read())
    # Uncompressed size: offset 22 of the local, 24 of the central header.
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at:at + 4] = claimed.to_bytes(4, "little")
    write("bomb.npz", bytes(data))


def picture(height, width, seed):
    """Smooth colours with an edge and a little noise, as photographs have."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([x * 255 / width, y * 255 / height,
                      128 + 100 * np.sin(x / 3 + y / 5)], -1)
    image[height // 3:height // 2, width // 4:] = (20, 200, 90)
    image += rng.integers(-12, 12, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def rgb(path):
    return np.asarray(Image.open(path).convert("RGB"))


def images():
    image = Image.fromarray(picture(29, 41, 1))
    cases = {
        "colour_420.jpg": (image, dict(quality=80)),
        "colour_444.jpg": (image, dict(quality=90, subsampling=0)),
        "colour_422_progressive.jpg": (image, dict(quality=75, subsampling=1, progressive=True)),
        "grey.jpg": (image.convert("L"), dict(quality=80)),
        "rgb.png": (image, {}),
        "rgba.png": (image.convert("RGBA"), {}),
        "grey.png": (image.convert("L"), {}),
        "bilevel.png": (image.convert("1"), {}),
        "palette.png": (image.quantize(16), {}),
    }
    rgba = np.asarray(image.convert("RGBA")).copy()
    rgba[::2, :, 3] = 40
    cases["rgba.png"] = (Image.fromarray(rgba), {})
    for name, (picture_, options) in cases.items():
        picture_.save(out("images", name), **options)
        write("images/" + name + ".npy", npy(rgb(out("images", name))))
    image.convert("CMYK").save(out("images", "cmyk.jpg"))
    with open(out("images", "colour_420.jpg"), "rb") as f:
        data = f.read()
    write("images/truncated.jpg", data[:len(data) * 2 // 3])
    with open(out("images", "rgb.png"), "rb") as f:
        data = f.read()
    write("images/truncated.png", data[:len(data) // 2])
    # The size in IHDR is at bytes 16 to 23; its CRC follows it.
    import zlib
    huge = bytearray(data)
    huge[16:24] = (200000).to_bytes(4, "big") * 2
    huge[29:33] = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    write("images/huge.png", bytes(huge))

    # Scaling down, up, both, and along one axis only.
    source = Image.fromarray(picture(29, 41, 1))
    write("resize_source.npy", npy(np.asarray(source)))
    for height, width in ((12, 16), (58, 90), (29, 10), (13, 41), (100, 7)):
        scaled = source.resize((width, height), Image.BILINEAR)
        write("resize_%dx%d.npy" % (height, width), npy(np.asarray(scaled)))

    # torchvision's Resize(16), CenterCrop(13) and the normalisation.
    width = int(16 * 41 / 29)
    scaled = np.asarray(source.resize((width, 16), Image.BILINEAR))
    top, left = round((16 - 13) / 2.0), round((width - 13) / 2.0)
    crop = scaled[top:top + 13, left:left + 13]
    write("preprocessed_crop.npy", npy(crop))
    mean = np.array([123.7, 116.8, 103.9], np.float32)
    std = np.array([58.4, 57.1, 57.4], np.float32)
    write("preprocessed.npy", npy(((crop.astype(np.float32) - mean) / std)))
    # Labelled folders.
    for index, name in enumerate(("0007_b.png", "0003_a.png", "12_c.png")):
        Image.fromarray(picture(6, 8, index)).save(out("flat", name))
    for folder in ("cat", "dog"):
        for k in range(2):
            Image.fromarray(picture(6, 8, k)).save(out("classes", folder, "%d.png" % k))


def quantisation():
    """q = clip(round(v / scale) + zero_point): halves, ends and both signs."""
    v = np.concatenate([np.arange(-300, 300, dtype=np.float32) / 8,
                        np.random.default_rng(5).normal(0, 40, 400).astype(np.float32),
                        np.float32([1e30, -1e30, np.inf, -np.inf, 0.0, -0.0])])
    write("quantise_v.npy", npy(v))
    for dtype, scale, zero in (("int8", 0.25, -5), ("uint8", 0.1, 128), ("int16", 0.003, 0),
                               ("int8", 0.019607844, 127)):
        info = np.iinfo(dtype)
        q = np.clip(np.round(v / np.float32(scale)) + zero, info.min, info.max).astype(dtype)
        write("quantise_%s_%d.npy" % (dtype, zero), npy(q))


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    arrays()
    archives()
    images()
    quantisation()
