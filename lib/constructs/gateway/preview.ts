/** Requests that reach the side that does not serve. */
import type { PreviewConditions } from '../service/catch-all';
import { HeaderMatch, RouteMatch } from '../traffic/route-match';

/** How chosen requests reach the idle side of a `BlueGreenRoute`. */
export class Preview {
  /** Requests with this header; inside of the mesh too, where the switch binds all callers. */
  public static header(name: string, match: HeaderMatch): Preview {
    return new Preview({ headers: [match._model(name)], query: [] }, undefined);
  }

  /** Requests to this host at the gateway, for example `preview.example.com`. */
  public static host(host: string): Preview {
    return new Preview(undefined, host);
  }

  private constructor(private readonly conditions: PreviewConditions | undefined, private readonly hostName: string | undefined) {}

  /** @internal The route's match, narrowed to the preview. */
  public _match(match: RouteMatch): RouteMatch {
    return this.hostName === undefined ? match._narrowed(this.conditions!) : match._atHost(this.hostName);
  }

  /** @internal */
  public get _conditions(): PreviewConditions | undefined {
    return this.conditions;
  }

  /** @internal The match of a preview by host; nothing for a preview by header. */
  public _host(match: RouteMatch): RouteMatch | undefined {
    return this.hostName === undefined ? undefined : match._atHost(this.hostName);
  }
}
