/** What a preview is told and where it speaks. */

/** Where a preview writes, and what it knows of its surroundings. */
export interface PreviewIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `out` is a terminal on which lines can be drawn again. */
  readonly isTerminal: boolean;
  readonly colours: boolean;
  /** Size of the terminal; asked before each drawing. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** Ends the preview when it is aborted; a signal of the operating system stands behind it. */
  readonly stop: AbortSignal;
}

/** What the user asks for. */
export interface PreviewOptions {
  /** Cloud assembly or model file. @default cdk.out */
  readonly assembly?: string;
  /** Name of one mesh, or its file. @default - every mesh of the assembly */
  readonly mesh?: string;
  /** The Envoy binary. @default - the environment variable ENVOY, PATH, the places where pip puts one */
  readonly envoy?: string;
  /** Own processes: `products/v1=127.0.0.1:3000`. @default - stubs everywhere */
  readonly backends?: readonly string[];
  /** Where ports are looked for when a listener's own is taken or reserved. @default 10000 */
  readonly portBase?: number;
  /** JSON lines in place of text. @default false */
  readonly json?: boolean;
}
