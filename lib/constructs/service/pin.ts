/** Requests that always reach one version, whatever the split says. */
import { Token } from 'aws-cdk-lib';
import type { HttpMatch } from '../../model';
import { escapeRegex } from '../../model/regex';
import { HeaderMatch, QueryMatch } from '../traffic/route-match';

/** Requests that always reach the canary: testers, an A/B group, the own staff. */
export class Pin {
  /** Requests with this header (gRPC: this metadata entry). */
  public static header(name: string, match: HeaderMatch): Pin {
    return new Pin(`pin-header-${name.toLowerCase()}`, { headers: [match._model(name)], query: [] });
  }

  /** Requests whose cookie has this value. Lowered to a condition on the `cookie` header. */
  public static cookie(name: string, value: string): Pin {
    // an escaped token would pass as text; unescaped it is found and refused
    const literal = (text: string) => Token.isUnresolved(text) ? text : escapeRegex(text);
    const pattern = `(.*;\\s*)?${literal(name)}=${literal(value)}(\\s*;.*)?`;
    return new Pin(`pin-cookie-${name}`, { headers: [HeaderMatch.regex(pattern)._model('cookie')], query: [] });
  }

  /** Requests whose query parameter matches. */
  public static query(name: string, match: QueryMatch): Pin {
    return new Pin(`pin-query-${name}`, { headers: [], query: [match._model(name)] });
  }

  private constructor(private readonly name: string, private readonly conditions: Pick<HttpMatch, 'headers' | 'query'>) {}

  /** @internal */
  public get _name(): string {
    return this.name.toLowerCase().replace(/[^-a-z0-9]+/g, '-');
  }

  /** @internal */
  public get _conditions(): Pick<HttpMatch, 'headers' | 'query'> {
    return this.conditions;
  }
}
