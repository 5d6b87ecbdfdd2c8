/** Is told, in a sentence for a person, what takes long while it takes long. */
export type OnProgress = (message: string) => void;
