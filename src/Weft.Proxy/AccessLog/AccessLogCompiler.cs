using System.Collections.Immutable;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Stream.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.AccessLog.Services;
using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;
using SubstitutionFormat = Envoy.Config.Core.V3.SubstitutionFormatString;

namespace Weft.Proxy.AccessLog;

/// <summary>Compiles access logs: the loggers of files and standard streams, with Envoy's format strings, and those that are sent to services.</summary>
internal static class AccessLogCompiler
{
    /// <summary>Envoy's default, used where a log names no format.</summary>
    private const string DefaultFormat =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
        + "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

    /// <exception cref="ResourceRejectedException">A logger, filter or operator that this proxy does not have.</exception>
    public static ImmutableArray<AccessLogModel> Compile(IEnumerable<Envoy.Config.Accesslog.V3.AccessLog> configs) => [.. configs.Select(Compile)];

    private static AccessLogModel Compile(Envoy.Config.Accesslog.V3.AccessLog config)
    {
        var filter = AccessLogFilters.Compile(config.Filter);
        return config.TypedConfig is { } any && ServiceLogCompiler.Compile(any, filter) is { } service ? service : Lines(config, filter);
    }

    private static LineAccessLog Lines(Envoy.Config.Accesslog.V3.AccessLog config, Func<IStreamInfo, bool>? filter)
    {
        var format = FormatOf(config);
        var json = format?.FormatCase == SubstitutionFormat.FormatOneofCase.JsonFormat ? format.JsonFormat : null;
        return new LineAccessLog
        {
            Text = json is null ? Format.Compile(TextFormat(format)) : null,
            Json = json is null ? null : Template(Value.ForStruct(json)),
            OmitsEmptyValues = format?.OmitEmptyValues ?? false,
            Filter = filter,
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
