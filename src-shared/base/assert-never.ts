/** The end of an exhaustive switch: does not compile while a case is missing, throws if data lied about its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
