/** What `explain` and the docs say of an error. */
export interface ErrorDescription {
  /** One line, lower case, no full stop. */
  readonly title: string;
  /** What it means, whole sentences. */
  readonly meaning: string;
  /** What to do. */
  readonly help: string;
}
