import { describe, expect, it } from 'vitest';
import { textTable, widthOf } from '../../src/reports/text-table.js';

describe('a table for a terminal', () => {
  const columns = [{ head: 'folder' }, { head: 'messages', isNumber: true }];
  const rows = [
    ['Projects/A very long name of a folder/2024', '1'],
    ['INBOX', '20'],
  ];

  it('cuts the middle of what is too long, and nothing where there is no terminal', () => {
    const lines = textTable(columns, rows, '  ', 40);
    expect(Math.max(...lines.map(widthOf))).toBe(40);
    expect(lines[1]).toBe('  Projects/A ve\u2026 a folder/2024         1');
    expect(textTable(columns, rows)[1]).toContain('Projects/A very long name of a folder/2024');
    expect(textTable(columns, rows, '  ', 100)).toEqual(textTable(columns, rows));
  });

  it('a name of thousands of characters makes no other line longer', () => {
    const lines = textTable(columns, [['x'.repeat(5000), '1'], ...rows]);
    expect(lines[1]).toBe(`  ${'x'.repeat(5000)}         1`);
    expect(lines.slice(2)).toEqual(textTable(columns, rows).slice(1));
  });

  it('keeps names readable where another column is too wide', () => {
    const wide = rows.map((row) => [...row, 'x'.repeat(60)]);
    const lines = textTable([...columns, { head: 'flags' }], wide, '  ', 40);
    expect(lines[1]).toMatch(/^ {2}Projects.*2024 +1 {2}x+$/);
    expect(textTable(columns, rows, '  ', 5)[2]).toMatch(/^ {2}INBOX +20$/);
  });
});
