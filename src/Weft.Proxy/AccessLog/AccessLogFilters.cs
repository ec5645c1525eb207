using System.Globalization;
using Envoy.Config.Accesslog.V3;
using Envoy.Extensions.AccessLoggers.Filters.Cel.V3;
using Weft.Proxy.Expressions;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;
using FilterCase = Envoy.Config.Accesslog.V3.AccessLogFilter.FilterSpecifierOneofCase;

namespace Weft.Proxy.AccessLog;

/// <summary>Compiles envoy.config.accesslog.v3.AccessLogFilter.</summary>
internal static class AccessLogFilters
{
    /// <returns>Null when everything is logged.</returns>
    /// <exception cref="ResourceRejectedException">A filter that this proxy does not have.</exception>
    public static Func<IStreamInfo, bool>? Compile(AccessLogFilter? config) =>
        config is null || config.FilterSpecifierCase == FilterCase.None ? null : Condition(config);

    private static Func<IStreamInfo, bool> Condition(AccessLogFilter config)
    {
        switch (config.FilterSpecifierCase)
        {
            case FilterCase.StatusCodeFilter:
                return Comparison(config.StatusCodeFilter.Comparison, stream => stream.ResponseCode);
            case FilterCase.DurationFilter:
                return Comparison(config.DurationFilter.Comparison, stream => (long)stream.Duration.TotalMilliseconds);
            case FilterCase.AndFilter:
                var all = config.AndFilter.Filters.Select(Condition).ToArray();
                return stream => Array.TrueForAll(all, filter => filter(stream));
            case FilterCase.OrFilter:
                var any = config.OrFilter.Filters.Select(Condition).ToArray();
                return stream => Array.Exists(any, filter => filter(stream));
            case FilterCase.ResponseFlagFilter:
                return Flags(config.ResponseFlagFilter);
            case FilterCase.HeaderFilter:
                var header = new HeaderMatch(config.HeaderFilter.Header);
                return stream => header.Matches(stream);
            case FilterCase.GrpcStatusFilter:
                var statuses = config.GrpcStatusFilter.Statuses.Select(status => ((int)status).ToString(CultureInfo.InvariantCulture)).ToHashSet();
                return stream => stream.GrpcStatus is { Length: > 0 } status && statuses.Contains(status) != config.GrpcStatusFilter.Exclude;
            case FilterCase.MetadataFilter:
                return Metadata(config.MetadataFilter);
            case FilterCase.RuntimeFilter:
                var share = Fraction.From(config.RuntimeFilter.PercentSampled);
                return _ => share.Includes(Random.Shared.NextDouble());
            case FilterCase.TraceableFilter:
                return stream => stream is HttpExchange { Span.Context.IsSampled: true };
            case FilterCase.NotHealthCheckFilter:
                return _ => true;
            case FilterCase.ExtensionFilter when config.ExtensionFilter.TypedConfig is { } extension && extension.Is(ExpressionFilter.Descriptor):
                return CelExpression.Compile(ExpressionFilter.Parser.ParseFrom(extension.Value).Expression).Holds;
            default:
                throw new ResourceRejectedException($"access log filter {config.FilterSpecifierCase} is not supported");
        }
    }

    // Without a list of its own, any flag will do.
    private static Func<IStreamInfo, bool> Flags(ResponseFlagFilter config)
    {
        var flags = ResponseFlagText.Parse(config.Flags);
        return config.Flags.Count == 0 ? stream => stream.Flags != ResponseFlags.None : stream => (stream.Flags & flags) != 0;
    }

    private static Func<IStreamInfo, bool> Metadata(MetadataFilter config)
    {
        var matcher = new MetadataMatch(config.Matcher);
        var whenAbsent = config.MatchIfKeyNotFound ?? true;
        return stream => matcher.IsPresent(stream.Metadata) ? matcher.Matches(stream.Metadata) : whenAbsent;
    }

    private static Func<IStreamInfo, bool> Comparison(ComparisonFilter config, Func<IStreamInfo, long> value)
    {
        var limit = config.Value?.DefaultValue ?? 0;
        return config.Op switch
        {
            ComparisonFilter.Types.Op.Ge => stream => value(stream) >= limit,
            ComparisonFilter.Types.Op.Le => stream => value(stream) <= limit,
            _ => stream => value(stream) == limit,
        };
    }
}
