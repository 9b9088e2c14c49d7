# Shading profiles as numpy writes them: /usr/bin/python3 make.py, in this folder. The shading of 48 x 64 pixels is
# 1 + 0.3 cos(pi (x + 0.5) / 64) + 0.2 cos(pi (y + 0.5) / 48), the dark-field 100.
import numpy as np

y, x = np.mgrid[0:48, 0:64]
flat = 1 + 0.3 * np.cos(np.pi * (x + 0.5) / 64) + 0.2 * np.cos(np.pi * (y + 0.5) / 48)
dark = np.full((48, 64), 100.0)

np.savez("stored.npz", flatfield=flat.astype("f4"), darkfield=dark.astype("u2"), baseline=np.float64(7.5))
np.savez_compressed("compressed.npz", flatfield=np.asfortranarray(flat), darkfield=np.asfortranarray(dark), name=np.array("x"))
np.savez("counts.npz", flatfield=np.round(flat * 20000).astype("i4"))
np.savez("byte.npz", flatfield=np.round(flat * 100).astype("u1"), darkfield=np.uint8(100))
np.savez("zeros.npz", flatfield=flat, darkfield=np.zeros((48, 64)), baseline=np.arange(4.0))
# Half the size, each pixel the mean of four.
np.savez("half.npz", flatfield=flat.reshape(24, 2, 32, 2).mean((1, 3)), darkfield=dark[::2, ::2])
np.savez("channels.npz", flatfield=np.stack([flat, flat[:, ::-1]]), darkfield=np.stack([dark, dark]),
         baseline=np.zeros((2, 4)))
np.savez("without.npz", flat=flat, darkfield=dark)
bad = flat.copy()
bad[3, 5] = np.nan
np.savez("not_finite.npz", flatfield=bad)
np.savez("shapes_differ.npz", flatfield=flat, darkfield=dark[:, :-1])
np.savez("complex.npz", flatfield=flat.astype("c8"))
with open("stored.npz", "rb") as whole, open("truncated.npz", "wb") as part:
    part.write(whole.read()[:9000])
