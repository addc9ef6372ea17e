/** A streaming XML parser (MIT); what is used of it. It knows no entities but those of XML itself. */
declare module 'saxen' {
  type Decode = (text: string) => string;

  export class Parser {
    on(event: 'error', handler: (error: Error) => void): this;
    on(
      event: 'openTag',
      handler: (name: string, attributes: () => Record<string, string> | false, decode: Decode) => void,
    ): this;
    on(event: 'closeTag', handler: (name: string) => void): this;
    on(event: 'text', handler: (text: string, decode: Decode) => void): this;
    on(event: 'cdata', handler: (text: string) => void): this;
    /** Of a document, in order; pieces may end anywhere. */
    write(xml: string): this;
    end(): Error | null;
  }
}
