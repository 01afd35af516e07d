/** The door: reads argv, sets the exit status. */
export async function main(_argv: readonly string[]): Promise<void> {
  process.exitCode = 64;
}
