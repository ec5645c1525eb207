using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using Weft.Proxy.Filters.Http;

namespace Weft.Proxy.Filters;

/// <summary>Reads istio.stats in both forms that control planes send: stats.PluginConfig and a TypedStruct of it.</summary>
internal static class IstioStatsCompiler
{
    private static readonly TimeSpan DefaultTcpInterval = TimeSpan.FromSeconds(5);

    public static IstioStatsModel Compile(Any? config)
    {
        if (config is not null && config.Is(PluginConfig.Descriptor))
        {
            var plugin = PluginConfig.Parser.ParseFrom(config.Value);
            return new IstioStatsModel
            {
                UsesHostHeader = !plugin.DisableHostHeaderFallback,
                TcpReportingInterval = plugin.TcpReportingDuration?.ToTimeSpan() ?? DefaultTcpInterval,
            };
        }

        var value = HttpFilterCompiler.TypedStructValue(config);
        var disabled = value is not null && value.Fields.TryGetValue("disable_host_header_fallback", out var flag) && flag.BoolValue;
        return new IstioStatsModel { UsesHostHeader = !disabled, TcpReportingInterval = DefaultTcpInterval };
    }
}
