import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes away the files of a folder that were unused the longest, until the rest is within `limit` bytes. */
export async function evict(folder: string, limit: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async name => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return { name, size: found?.size ?? 0, used: found?.atimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (total <= limit) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}
