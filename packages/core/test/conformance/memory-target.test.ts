import { describe } from 'vitest';
import { digestCrlf, type FolderPath, memoryTarget } from '../../src/index.js';
import { describeTarget } from './targets.js';

describe('memory target', () => {
  describeTarget(async () => {
    const target = memoryTarget();
    return {
      open: async () => target,
      found: async () =>
        [...target.folders.values()].flatMap(({ path }: { path: FolderPath }) =>
          target
            .messages(path)
            .map(({ bytes, flags, internalDate }) => ({ folder: path, sha256: digestCrlf([bytes]).sha256, flags, internalDate })),
        ),
      close: async () => {},
    };
  });
});
