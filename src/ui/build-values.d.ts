/** The version of the package that the pages were built from. */
declare const __VERSION__: string;
