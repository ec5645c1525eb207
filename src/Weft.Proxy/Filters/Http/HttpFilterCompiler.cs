using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>Compiles the HTTP filters of a connection manager. The table below is the whole list of those this proxy has.</summary>
internal static class HttpFilterCompiler
{
    public const string FaultName = "envoy.filters.http.fault";

    private const string RouterName = "envoy.filters.http.router";

    /// <summary>By filter name, as Istio writes it. Null means: nothing to do unless a route asks for it.</summary>
    private static readonly Dictionary<string, Func<Any?, bool, HttpFilter?>> Factories = new(StringComparer.Ordinal)
    {
        ["istio.metadata_exchange"] = (_, isOutbound) => new MetadataExchangeFilter(isOutbound),
        ["envoy.filters.http.rbac"] = (config, _) => RbacFilter.Create(config),
        ["envoy.filters.http.grpc_stats"] = (_, _) => new GrpcStatsFilter(),
        ["istio.alpn"] = (config, _) => new AlpnFilter(config),
        ["istio.stats"] = (config, isOutbound) => new StatsFilter(IstioStatsCompiler.Compile(config), isOutbound),
        [FaultName] = (config, _) => new FaultFilter(config is null ? null : FaultModel.Compile(config)),
        ["envoy.filters.http.cors"] = (config, _) => RequireEmpty("envoy.filters.http.cors", config),
    };

    /// <exception cref="ResourceRejectedException">A filter that this proxy does not have: leaving out a filter could open what it guards.</exception>
    public static ImmutableArray<HttpFilter> Compile(IReadOnlyList<Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpFilter> configs, bool isOutbound)
    {
        if (configs.Count == 0 || configs[^1].Name != RouterName)
        {
            throw new ResourceRejectedException("the last HTTP filter must be envoy.filters.http.router");
        }

        var filters = ImmutableArray.CreateBuilder<HttpFilter>();
        foreach (var config in configs.SkipLast(1))
        {
            if (!Factories.TryGetValue(config.Name, out var create))
            {
                throw new ResourceRejectedException($"HTTP filter {config.Name} ({config.TypedConfig?.TypeUrl}) is not supported");
            }

            if (create(config.TypedConfig, isOutbound) is { } filter)
            {
                filters.Add(filter);
            }
        }

        return filters.ToImmutable();
    }

    /// <summary>The value inside a TypedStruct, or null for another kind of message.</summary>
    public static Struct? TypedStructValue(Any? config) =>
        config is not null && config.Is(TypedStruct.Descriptor) ? TypedStruct.Parser.ParseFrom(config.Value).Value : null;

    private static HttpFilter? RequireEmpty(string name, Any? config) =>
        config is null || config.Value.IsEmpty ? null : throw new ResourceRejectedException($"HTTP filter {name} with settings is not supported yet");
}
