/** What may cross a process border: the weakest transport sets the types. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
