using Envoy.Type.V3;

namespace Weft.Proxy.Routing;

/// <summary>envoy.config.route.v3.Tracing of a route: shares of requests that are traced, against those of the connection manager.</summary>
internal sealed record RouteSampling(Fraction Client, Fraction Random, Fraction Overall)
{
    /// <returns>Null when the route says nothing.</returns>
    public static RouteSampling? Compile(Envoy.Config.Route.V3.Tracing? config) =>
        config is null ? null : new RouteSampling(Share(config.ClientSampling), Share(config.RandomSampling), Share(config.OverallSampling));

    private static Fraction Share(FractionalPercent? config) => config is null ? new Fraction(100, 100) : Fraction.From(config);
}
