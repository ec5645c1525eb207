using System.Collections.Immutable;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>Compiles the HTTP filters of a connection manager. The table below is the whole list of those this proxy has.</summary>
internal static class HttpFilterCompiler
{
    public const string FaultName = "envoy.filters.http.fault";

    // The destination was resolved from the name when the client was captured.
    private const string DynamicForwardProxyName = "envoy.filters.http.dynamic_forward_proxy";

    private const string RouterName = "envoy.filters.http.router";

    /// <summary>By filter name, as Istio writes it.</summary>
    private static readonly Dictionary<string, Func<Any?, HttpFilterScope, HttpFilter>> Factories = new(StringComparer.Ordinal)
    {
        ["istio.metadata_exchange"] = (_, scope) => new MetadataExchangeFilter(scope.IsOutbound),
        [RbacFilter.Name] = RbacFilter.Create,
        [JwtAuthnFilter.Name] = (config, _) => JwtAuthnFilter.Create(config),
        [ExtAuthzFilter.Name] = (config, _) => ExtAuthzFilter.Create(config),
        [GrpcWebFilter.Name] = (_, _) => new GrpcWebFilter(),
        ["envoy.filters.http.grpc_stats"] = (_, _) => new GrpcStatsFilter(),
        ["istio.alpn"] = (config, _) => new AlpnFilter(config),
        ["istio.stats"] = (config, scope) => new StatsFilter(IstioStatsCompiler.Compile(config), scope.IsOutbound),
        [FaultName] = (config, _) => new FaultFilter(config is null ? null : FaultModel.Compile(config)),
        [CorsFilter.Name] = (_, _) => new CorsFilter(),
        [SessionFilter.Name] = (config, _) => SessionFilter.Create(config),
    };

    /// <exception cref="ResourceRejectedException">A filter that this proxy does not have: leaving out a filter could open what it guards.</exception>
    public static ImmutableArray<HttpFilter> Compile(HttpConnectionManager manager, bool isOutbound)
    {
        var configs = manager.HttpFilters;
        if (configs.Count == 0 || configs[^1].Name != RouterName)
        {
            throw new ResourceRejectedException("the last HTTP filter must be envoy.filters.http.router");
        }

        var scope = new HttpFilterScope(isOutbound, manager.StatPrefix);
        var filters = ImmutableArray.CreateBuilder<HttpFilter>();
        foreach (var config in configs.SkipLast(1).Where(config => !config.Disabled && config.Name != DynamicForwardProxyName))
        {
            if (!Factories.TryGetValue(config.Name, out var create))
            {
                throw new ResourceRejectedException($"HTTP filter {config.Name} ({config.TypedConfig?.TypeUrl}) is not supported");
            }

            filters.Add(create(config.TypedConfig, scope));
        }

        return filters.ToImmutable();
    }

    /// <summary>The value inside a TypedStruct, or null for another kind of message.</summary>
    public static Struct? TypedStructValue(Any? config) =>
        config is not null && config.Is(TypedStruct.Descriptor) ? TypedStruct.Parser.ParseFrom(config.Value).Value : null;
}

/// <summary>The connection manager that a filter belongs to.</summary>
/// <param name="StatPrefix">Of the connection manager.</param>
internal sealed record HttpFilterScope(bool IsOutbound, string StatPrefix);
