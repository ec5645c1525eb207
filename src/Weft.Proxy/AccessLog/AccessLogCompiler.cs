using System.Collections.Immutable;
using System.Globalization;
using Envoy.Extensions.AccessLoggers.File.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.AccessLog;

/// <summary>Compiles access logs: the file logger with Envoy's format strings.</summary>
internal static class AccessLogCompiler
{
    /// <summary>Envoy's default, used where a log names no format.</summary>
    private const string DefaultFormat =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
        + "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

    private static readonly Dictionary<string, Func<AccessLogEntry, string?>> Operators = new(StringComparer.Ordinal)
    {
        ["START_TIME"] = entry => entry.StartTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["PROTOCOL"] = entry => entry.Protocol,
        ["RESPONSE_CODE"] = entry => Number(entry.ResponseCode),
        ["RESPONSE_FLAGS"] = entry => ResponseFlagText.Of(entry.Flags),
        ["RESPONSE_CODE_DETAILS"] = entry => entry.Details?.Replace(' ', '_'),
        ["CONNECTION_TERMINATION_DETAILS"] = entry => entry.ConnectionTermination,
        ["UPSTREAM_TRANSPORT_FAILURE_REASON"] = entry => entry.UpstreamTransportFailure?.Replace(' ', '_'),
        ["BYTES_RECEIVED"] = entry => Number(entry.BytesReceived),
        ["BYTES_SENT"] = entry => Number(entry.BytesSent),
        ["DURATION"] = entry => Number((long)entry.Duration.TotalMilliseconds),
        ["UPSTREAM_HOST"] = entry => entry.UpstreamHost?.ToString(),
        ["UPSTREAM_CLUSTER"] = entry => entry.UpstreamCluster,
        ["UPSTREAM_CLUSTER_RAW"] = entry => entry.UpstreamCluster,
        ["UPSTREAM_LOCAL_ADDRESS"] = entry => entry.UpstreamLocalAddress?.ToString(),
        ["DOWNSTREAM_LOCAL_ADDRESS"] = entry => entry.DownstreamLocalAddress.ToString(),
        ["DOWNSTREAM_REMOTE_ADDRESS"] = entry => entry.DownstreamRemoteAddress.ToString(),
        ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = entry => entry.DownstreamRemoteAddress.Address.ToString(),
        ["REQUESTED_SERVER_NAME"] = entry => NullIfEmpty(entry.RequestedServerName),
        ["ROUTE_NAME"] = entry => NullIfEmpty(entry.RouteName),
        ["GRPC_STATUS"] = entry => NullIfEmpty(entry.GrpcStatus),
    };

    private static readonly ImmutableHashSet<string> Numbers = ["RESPONSE_CODE", "BYTES_RECEIVED", "BYTES_SENT", "DURATION"];

    /// <exception cref="ResourceRejectedException">A logger, filter or operator that this proxy does not have.</exception>
    public static ImmutableArray<AccessLogModel> Compile(IEnumerable<Envoy.Config.Accesslog.V3.AccessLog> configs) => [.. configs.Select(Compile)];

    private static AccessLogModel Compile(Envoy.Config.Accesslog.V3.AccessLog config)
    {
        if (config.TypedConfig is null || !config.TypedConfig.Is(FileAccessLog.Descriptor))
        {
            throw new ResourceRejectedException($"access log {config.Name} ({config.TypedConfig?.TypeUrl}) is not supported");
        }

        var file = FileAccessLog.Parser.ParseFrom(config.TypedConfig.Value);
        if (file.Path is not ("/dev/stdout" or "/dev/stderr"))
        {
            throw new ResourceRejectedException($"access log path {file.Path} is not supported; only /dev/stdout and /dev/stderr are");
        }

        var json = file.LogFormat?.JsonFormat;
        return new AccessLogModel
        {
            Text = json is null ? CompileFormat(file.LogFormat?.TextFormatSource?.InlineString is { Length: > 0 } text ? text : DefaultFormat) : null,
            Json = json is null ? [] : [.. json.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, CompileFormat(field.Value.StringValue)))],
            OnlyFlags = Flags(config.Filter),
        };
    }

    private static ImmutableHashSet<string>? Flags(Envoy.Config.Accesslog.V3.AccessLogFilter? filter) => filter?.FilterSpecifierCase switch
    {
        null or Envoy.Config.Accesslog.V3.AccessLogFilter.FilterSpecifierOneofCase.None => null,
        Envoy.Config.Accesslog.V3.AccessLogFilter.FilterSpecifierOneofCase.ResponseFlagFilter => [.. filter.ResponseFlagFilter.Flags],
        _ => throw new ResourceRejectedException($"access log filter {filter.FilterSpecifierCase} is not supported"),
    };

    /// <summary>Compiles a format string: text with %OPERATOR% or %OPERATOR(ARGUMENT):LENGTH%, and %% for a percent sign.</summary>
    /// <exception cref="ResourceRejectedException">An unknown operator or an odd percent sign.</exception>
    internal static ImmutableArray<AccessLogPart> CompileFormat(string format)
    {
        var parts = ImmutableArray.CreateBuilder<AccessLogPart>();
        var position = 0;
        while (position < format.Length)
        {
            var start = format.IndexOf('%', position);
            if (start < 0)
            {
                parts.Add(new AccessLogPart(format[position..], null, false));
                break;
            }

            if (start > position)
            {
                parts.Add(new AccessLogPart(format[position..start], null, false));
            }

            var end = format.IndexOf('%', start + 1);
            if (end < 0)
            {
                throw new ResourceRejectedException("access log format has an odd %");
            }

            parts.Add(end == start + 1 ? new AccessLogPart("%", null, false) : Operator(format[(start + 1)..end]));
            position = end + 1;
        }

        return parts.ToImmutable();
    }

    private static AccessLogPart Operator(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return Operators.TryGetValue(text, out var plain)
                ? new AccessLogPart(null, plain, Numbers.Contains(text))
                : throw new ResourceRejectedException($"access log operator %{text}% is not supported");
        }

        var close = text.LastIndexOf(')');
        if (close < open)
        {
            throw new ResourceRejectedException($"access log operator %{text}% is malformed");
        }

        var argument = text[(open + 1)..close];
        var limit = text[(close + 1)..] is { Length: > 1 } suffix && suffix[0] == ':' && int.TryParse(suffix.AsSpan(1), CultureInfo.InvariantCulture, out var length) ? length : int.MaxValue;
        return text[..open] switch
        {
            "REQ" => new AccessLogPart(null, entry => Header(entry.RequestHeader, argument, limit), false),
            "RESP" => new AccessLogPart(null, entry => Header(entry.ResponseHeader, argument, limit), false),
            _ => throw new ResourceRejectedException($"access log operator %{text}% is not supported"),
        };
    }

    // "A?B" falls back to B.
    private static string? Header(Func<string, string?> headers, string argument, int limit)
    {
        foreach (var name in argument.ToLowerInvariant().Split('?'))
        {
            if (headers(name) is { Length: > 0 } value)
            {
                return value.Length > limit ? value[..limit] : value;
            }
        }

        return null;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
