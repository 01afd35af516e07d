import { existsSync, rmSync } from 'node:fs';

/** Removes the directory of a server that has just ended: what its children had begun to write may still come, and rmSync tries again, but not for new files. */
export async function removeDirectory(path: string): Promise<void> {
  for (let tries = 0; existsSync(path); tries += 1) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
