using System.Collections.Immutable;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Grpc.V3;
using Envoy.Extensions.AccessLoggers.OpenTelemetry.V3;
using Envoy.Extensions.AccessLoggers.Stream.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;
using SubstitutionFormat = Envoy.Config.Core.V3.SubstitutionFormatString;

namespace Weft.Proxy.AccessLog;

/// <summary>Compiles access logs: the loggers of files and standard streams, with Envoy's format strings.</summary>
internal static class AccessLogCompiler
{
    /// <summary>Envoy's default, used where a log names no format.</summary>
    private const string DefaultFormat =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
        + "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

    /// <exception cref="ResourceRejectedException">A logger, filter or operator that this proxy does not have.</exception>
    public static ImmutableArray<AccessLogModel> Compile(IEnumerable<Envoy.Config.Accesslog.V3.AccessLog> configs) => [.. configs.Where(config => !IsForService(config)).Select(Compile)];

    /// <summary>Logs for a service are not sent; the control plane says so of the objects that ask for them.</summary>
    private static bool IsForService(Envoy.Config.Accesslog.V3.AccessLog config) =>
        config.TypedConfig is { } any && (any.Is(HttpGrpcAccessLogConfig.Descriptor) || any.Is(TcpGrpcAccessLogConfig.Descriptor) || any.Is(OpenTelemetryAccessLogConfig.Descriptor));

    private static AccessLogModel Compile(Envoy.Config.Accesslog.V3.AccessLog config)
    {
        var format = FormatOf(config);
        var json = format?.FormatCase == SubstitutionFormat.FormatOneofCase.JsonFormat ? format.JsonFormat : null;
        return new AccessLogModel
        {
            Text = json is null ? Format.Compile(TextFormat(format)) : null,
            Json = json is null ? null : Template(Value.ForStruct(json)),
            OmitsEmptyValues = format?.OmitEmptyValues ?? false,
            Filter = AccessLogFilters.Compile(config.Filter),
        };
    }

    private static SubstitutionFormat? FormatOf(Envoy.Config.Accesslog.V3.AccessLog config)
    {
        if (config.TypedConfig is { } any && any.Is(FileAccessLog.Descriptor))
        {
            var file = FileAccessLog.Parser.ParseFrom(any.Value);
            return file.Path is "/dev/stdout" or "/dev/stderr"
                ? file.LogFormat
                : throw new ResourceRejectedException($"access log path {file.Path} is not supported; only /dev/stdout and /dev/stderr are");
        }

        if (config.TypedConfig is { } stream && stream.Is(StdoutAccessLog.Descriptor))
        {
            return StdoutAccessLog.Parser.ParseFrom(stream.Value).LogFormat;
        }

        throw new ResourceRejectedException($"access log {config.Name} ({config.TypedConfig?.TypeUrl}) is not supported");
    }

    private static string TextFormat(SubstitutionFormat? format)
    {
#pragma warning disable CS0612 // text_format is deprecated and still sent by older control planes
        var text = format?.FormatCase == SubstitutionFormat.FormatOneofCase.TextFormat ? format.TextFormat : format?.TextFormatSource?.InlineString;
#pragma warning restore CS0612
        return string.IsNullOrEmpty(text) ? DefaultFormat : text;
    }

    private static JsonTemplate Template(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => new JsonTemplate.Leaf(Format.Compile(value.StringValue)),
        Value.KindOneofCase.StructValue => new JsonTemplate.Fields(
            [.. value.StructValue.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, Template(field.Value)))]),
        Value.KindOneofCase.ListValue => new JsonTemplate.Items([.. value.ListValue.Values.Select(Template)]),
        _ => new JsonTemplate.Constant(value),
    };
}
