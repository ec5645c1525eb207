using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>typed_per_filter_config of a route, virtual host or weighted cluster, compiled. What a level leaves open comes from the level above.</summary>
internal sealed record FilterSettings
{
    public static FilterSettings None { get; } = new();

    /// <summary>Null for no faults of its own.</summary>
    public FaultModel? Fault { get; init; }

    public CorsPolicyModel? Cors { get; init; }

    public JwtRouteSettings? Jwt { get; init; }

    public ExtAuthzRouteSettings? ExtAuthz { get; init; }

    public SessionRouteSettings? Session { get; init; }

    /// <exception cref="ResourceRejectedException">Settings of a filter that this proxy does not have.</exception>
    public static FilterSettings Compile(string where, MapField<string, Any> configs)
    {
        var settings = None;
        foreach (var (name, config) in configs)
        {
            settings = name switch
            {
                HttpFilterCompiler.FaultName => settings with { Fault = FaultModel.Compile(config) },
                CorsFilter.Name => settings with { Cors = CorsPolicyModel.Compile(config) },
                JwtAuthnFilter.Name => settings with { Jwt = JwtRouteSettings.Compile(config) },
                ExtAuthzFilter.Name => settings with { ExtAuthz = ExtAuthzRouteSettings.Compile(config) },
                SessionFilter.Name => settings with { Session = SessionRouteSettings.Compile(config) },
                _ => throw new ResourceRejectedException($"'{where}': settings of filter {name} are not supported"),
            };
        }

        return settings;
    }

    /// <summary>These settings, and those of the level above where these are silent.</summary>
    public FilterSettings Over(FilterSettings above) => ReferenceEquals(this, None) ? above : new FilterSettings
    {
        Fault = Fault ?? above.Fault,
        Cors = Cors ?? above.Cors,
        Jwt = Jwt ?? above.Jwt,
        ExtAuthz = ExtAuthz ?? above.ExtAuthz,
        Session = Session ?? above.Session,
    };
}
