using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Formatting;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters;

/// <summary>Reads istio.stats in both forms that control planes send: stats.PluginConfig and a TypedStruct of it.</summary>
internal static class IstioStatsCompiler
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <exception cref="ResourceRejectedException">A TypedStruct that is no PluginConfig.</exception>
    public static IstioStatsModel Compile(Any? config)
    {
        var plugin = config is not null && config.Is(PluginConfig.Descriptor) ? PluginConfig.Parser.ParseFrom(config.Value) : FromStruct(HttpFilterCompiler.TypedStructValue(config));
        return new IstioStatsModel
        {
            UsesHostHeader = !plugin.DisableHostHeaderFallback,
            ReportingInterval = plugin.TcpReportingDuration?.ToTimeSpan() ?? DefaultInterval,
            Rules = MetricRules.Compile(plugin.Metrics),
        };
    }

    private static PluginConfig FromStruct(Struct? value)
    {
        try
        {
            return value is null ? new PluginConfig() : Parser.Parse<PluginConfig>(ValueText.Json(Value.ForStruct(value)));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or IOException)
        {
            throw new ResourceRejectedException($"istio.stats: {error.Message}");
        }
    }
}
