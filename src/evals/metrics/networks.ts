/** Networks that scorers may ask; each is there only where its weights were given. */

export type Networks = Readonly<Record<string, never>>;
