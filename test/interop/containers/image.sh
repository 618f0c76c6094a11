#!/usr/bin/env bash
# Makes the root of an image out of programs of this machine and what they are linked with: image.sh FOLDER PROGRAM…
set -euo pipefail
root=$1
shift
mkdir -p "$root"/{tmp,root,etc,proc,sys,dev,usr/bin}
ln -sfn usr/bin "$root/bin"
chmod 1777 "$root/tmp"
printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
for program in "$@"; do
  file=$(command -v "$program")
  cp -L "$file" "$root/usr/bin/$program"
  for library in $(ldd "$file" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
done
