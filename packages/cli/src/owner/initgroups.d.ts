export {};

declare global {
  namespace NodeJS {
    interface Process {
      /** Takes the supplementary groups of a user, and one more; missing in the types of Node 20. */
      initgroups?(user: string | number, extraGroup: string | number): void;
    }
  }
}
