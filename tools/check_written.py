#!/usr/bin/python3
"""Reads a TIFF file with tifffile, which shares no code with WebUnmix, and prints what it finds as JSON.

    {"axes": "TZCYX", "shape": [2, 3, 2, 5, 7], "dtype": "uint16", "sha256": "...", "pages": 12, "ome": true, "bigtiff": false,
     "channels": ["DAPI", "GFP"], "software": "WebUnmix 0.1.0"}

sha256 is that of the pixels in C order and little-endian. Compressions that Debian's tifffile cannot decode are removed first by
libtiff's tiffcp. Usage: check_written.py FILE [--pixels OUT.npy]. Needs: apt-get install python3-tifffile libtiff-tools
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree

import numpy
import tifffile


def channel_names(description):
    root = xml.etree.ElementTree.fromstring(description)
    return [channel.get('Name') for channel in root.iter() if channel.tag.rpartition('}')[2] == 'Channel']


def inspect(path, pixels_path):
    with tifffile.TiffFile(path) as tif:
        series = tif.series[0]
        try:
            pixels = series.asarray(squeeze=False) if tif.is_ome else series.asarray()
        except ValueError as error:
            if 'imagecodecs' not in str(error):
                raise
            pixels = None
        axes, shape = (series.get_axes(False), series.get_shape(False)) if tif.is_ome else (series.axes, series.shape)
        if axes.endswith('S') and shape[-1] == 1:  # one sample per pixel
            axes, shape = axes[:-1], shape[:-1]
        report = {
            'axes': axes, 'shape': list(shape), 'dtype': str(series.dtype), 'sha256': None, 'pages': len(tif.pages),
            'ome': bool(tif.is_ome), 'bigtiff': bool(tif.is_bigtiff),
            'channels': channel_names(tif.ome_metadata) if tif.is_ome else None,
            'software': tif.pages[0].software,
        }
    if pixels is None:
        with tempfile.TemporaryDirectory() as folder:
            plain = pathlib.Path(folder) / 'plain.tif'
            subprocess.run(['tiffcp', '-c', 'none', path, plain], check=True)
            with tifffile.TiffFile(plain) as tif:
                pixels = numpy.stack([page.asarray() for page in tif.pages]).reshape(shape)
    pixels = pixels.astype(pixels.dtype.newbyteorder('<'), copy=False)
    report['sha256'] = hashlib.sha256(numpy.ascontiguousarray(pixels).tobytes()).hexdigest()
    if pixels_path:
        numpy.save(pixels_path, pixels)
    return report


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('file')
    parser.add_argument('--pixels', help='also save the pixels as .npy')
    arguments = parser.parse_args()
    print(json.dumps(inspect(arguments.file, arguments.pixels), ensure_ascii=False))
