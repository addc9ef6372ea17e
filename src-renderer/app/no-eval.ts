import { z } from 'zod';

// zod compiles schemas by `new Function` where it may, and tries that out when the first schema is made. The content
// policy forbids it and would report every try, so this must run before any schema: it is the first import of the page.
z.config({ jitless: true });
