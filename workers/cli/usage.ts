// What the command line prints about itself.

export const usage = `webunmix: spectral bleed-through correction of microscopy stacks

  webunmix run RECIPE INPUT... -o OUT [options]
      Corrects a stack: writes OUT (OME-TIFF) and OUT.json (the report). A recipe that only measures writes OUT, a name in .json.
      RECIPE is its string form ("/1/unmix?method=mi_min"), a file (recipe, report, sidecar of the Python package), or JSON.
      Several INPUTs of one shape are tiles of one recording: they become OUT-1, OUT-2, ... When OUT is a folder, or ends in "/", the
      files in it are corrected.ome.tif, or corrected-1.ome.tif, corrected-2.ome.tif, ...

      -o, --output OUT     the file to write
      --axes AXES          what the pages are, slowest first, where the file does not say: T9Z20C2; one count may be left out
      --grid RxC           how tiles lie: rows x columns; left out: as their files say, which also sets their order
      --profile P          a flat-field profile: .npz, TIFF, or a folder with CHANNEL/profiles.npz for each channel
      --dark P             a dark image
      --mask P             an image that is above 0 where BaSiC may look for the light
      --level P            an image of an even light level; may be given several times
      --profiles OUT       also write the flat-field profiles: one file when OUT ends in .npz, else OUT/CHANNEL/profiles.npz
      --maps OUT           also write the maps that the recipe computes
      --compression C      deflate (default), zstd, lzw, none
      --workers N          how many workers, 1 to 8; default: one for each processor
      --overwrite          replace OUT and OUT.json if they exist
      --quiet              no progress, no warnings

  webunmix inspect INPUT [--axes AXES]     shape (T, Z, C, Y, X), axes, type, channels and sizes as JSON
  webunmix schema                          JSON Schema of a recipe
  webunmix example OUT.ome.tif [--scene S] [--seed N] [--shape T,Z,C,Y,X]
           [--options JSON] [--overwrite]  a made-up stack with known truth, which is printed as JSON (scene circles, cells,
                                           dyes, shading or photon_transfer; docs/formats.md has their options)
  webunmix --help, --version

Exit codes: 0 done, 1 it did not work, 2 the command was not understood, 130 interrupted.
`;
