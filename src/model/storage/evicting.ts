import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes away the files of a folder that were unused the longest, until the rest is within `limit` bytes. */
export async function evict(folder: string, limit: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async ({ name }) => {
        const found = await stat(join(folder, name)).catch(() => undefined);
        return { name, size: found?.size ?? 0, used: found?.atimeMs ?? 0 };
      }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (total <= limit) return;
    // One that cannot be taken away keeps its place; the next ones make room.
    const gone = await rm(join(folder, name), { force: true }).then(
      () => true,
      () => false,
    );
    if (gone) total -= size;
  }
}
