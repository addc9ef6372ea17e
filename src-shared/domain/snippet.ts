/** 话术: what people paste into a chat. Characters. */
export const snippetBounds = { category: 20, title: 40, text: 2000 } as const;

/** Of the company, and of one person: more than anybody finds something in. */
export const mostSnippets = 300;

/** Stand in a text for what is known when it is used. */
export const snippetBlanks = ['{客户姓名}', '{客户公司}', '{我的姓名}'] as const;
