/**
 * A few texts that an RE2 expression matches, for witnesses. Reads the common part of the language; what it does not understand gives
 * no sample. Samples are candidates: whoever uses one asks the real engine whether it matches.
 */

/** How many samples are kept at every step. */
const MOST = 6;

/** Texts that probably match the whole expression, the shortest ways through it first. */
export function regexSamples(source: string): readonly string[] {
  try {
    const reader = new Reader(source.replace(/^\^/, ''));
    const samples = reader.alternatives();
    return reader.atEnd ? unique(samples) : [];
  } catch (error) {
    if (error instanceof NotUnderstood) return [];
    throw error;
  }
}

class NotUnderstood extends Error {}

/** One quantifier: how often at least and how often else. */
interface Times {
  readonly least: number;
  readonly more: number;
}

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  get atEnd(): boolean {
    return this.at >= this.source.length;
  }

  alternatives(): string[] {
    const found = this.sequence();
    while (this.source[this.at] === '|') {
      this.at += 1;
      found.push(...this.sequence());
    }
    return unique(found);
  }

  private sequence(): string[] {
    let found = [''];
    while (!this.atEnd && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const atom = this.atom();
      const { least, more } = this.times();
      const repeated = unique([...repeat(atom, least), ...repeat(atom, more)]);
      found = unique(found.flatMap((head) => repeated.map((tail) => head + tail)));
    }
    return found;
  }

  private atom(): string[] {
    const char = this.source[this.at]!;
    this.at += 1;
    switch (char) {
      case '.': return ['x', '/'];
      case '$': case '^': return [''];
      case '(': return this.group();
      case '[': return this.charClass();
      case '\\': return [this.escape()];
      case '*': case '+': case '?': case '{': throw new NotUnderstood();
      default: return [char];
    }
  }

  private group(): string[] {
    const flags = /^\?(?:[a-zA-Z]*:|P?<\w+>)/.exec(this.source.slice(this.at));
    const bare = /^\?[a-zA-Z]+\)/.exec(this.source.slice(this.at));
    if (bare !== null) {
      this.at += bare[0].length;
      return [''];
    }
    if (flags !== null) this.at += flags[0].length;
    else if (this.source[this.at] === '?') throw new NotUnderstood();
    const found = this.alternatives();
    if (this.source[this.at] !== ')') throw new NotUnderstood();
    this.at += 1;
    return found;
  }

  private charClass(): string[] {
    const negated = this.source[this.at] === '^';
    if (negated) this.at += 1;
    const start = this.at;
    const members: string[] = [];
    while (this.at === start || this.source[this.at] !== ']') {
      if (this.atEnd || this.source.startsWith('[:', this.at)) throw new NotUnderstood();
      const char = this.source[this.at]!;
      this.at += 1;
      const member = char === '\\' ? this.escape() : char;
      if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']') {
        members.push(member, this.source[this.at + 1] ?? '');
        this.at += 2;
      } else {
        members.push(member);
      }
    }
    this.at += 1;
    // which of these a negated class takes is for the engine to say
    return negated ? ['x', '7', '-', 'Q'].filter((char) => !members.includes(char)) : unique(members);
  }

  private escape(): string {
    const char = this.source[this.at];
    this.at += 1;
    switch (char) {
      case 'd': return '7';
      case 'w': return 'x';
      case 's': return ' ';
      case 'D': case 'S': return 'x';
      case 'W': return '-';
      case 'A': case 'z': case 'b': return '';
      default:
        if (char === undefined || /[A-Za-z0-9]/.test(char)) throw new NotUnderstood();
        return char;
    }
  }

  private times(): Times {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.source.slice(this.at));
    if (found === null) return { least: 1, more: 1 };
    this.at += found[0].length;
    switch (found[0][0]) {
      case '*': return { least: 0, more: 1 };
      case '+': return { least: 1, more: 2 };
      case '?': return { least: 0, more: 1 };
      default: {
        const least = Number(found[1]);
        return { least, more: found[2] === '' ? least : found[3] === '' ? least + 1 : Number(found[3]) };
      }
    }
  }
}

function repeat(texts: readonly string[], count: number): string[] {
  if (count > 64) throw new NotUnderstood();
  return texts.map((text) => text.repeat(count));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, MOST);
}
