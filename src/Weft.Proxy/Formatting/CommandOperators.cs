using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Formatting;

/// <summary>One command operator, compiled.</summary>
/// <param name="Text">Null when it has no value.</param>
/// <param name="IsNumber">Whether JSON shows it without quotes.</param>
/// <param name="Value">For operators whose value has a structure.</param>
internal sealed record CommandOperator(Func<IStreamInfo, string?> Text, bool IsNumber = false, Func<IStreamInfo, Value?>? Value = null);

/// <summary>The command operators of Envoy's formats that this proxy has; what is told of both connections stands in <see cref="ConnectionOperators"/>.</summary>
internal static class CommandOperators
{
    private static readonly FrozenDictionary<string, CommandOperator> Plain = new Dictionary<string, CommandOperator>(StringComparer.Ordinal)
    {
        ["PROTOCOL"] = new(stream => stream.Protocol),
        ["RESPONSE_CODE"] = Number(stream => stream.ResponseCode),
        ["RESPONSE_FLAGS"] = new(stream => ResponseFlagText.Of(stream.Flags)),
        ["RESPONSE_FLAGS_LONG"] = new(stream => ResponseFlagText.LongOf(stream.Flags)),
        ["RESPONSE_CODE_DETAILS"] = new(stream => stream.Details?.Replace(' ', '_')),
        ["CONNECTION_TERMINATION_DETAILS"] = new(stream => stream.ConnectionTermination),
        ["UPSTREAM_TRANSPORT_FAILURE_REASON"] = new(stream => stream.UpstreamTransportFailure?.Replace(' ', '_')),
        ["DOWNSTREAM_TRANSPORT_FAILURE_REASON"] = new(_ => null),
        ["BYTES_RECEIVED"] = Number(stream => stream.BytesReceived),
        ["BYTES_SENT"] = Number(stream => stream.BytesSent),
        ["DURATION"] = Number(stream => (long)stream.Duration.TotalMilliseconds),
        ["REQUEST_DURATION"] = Http(exchange => Milliseconds(exchange.Timing.RequestReceived), isNumber: true),
        ["REQUEST_TX_DURATION"] = Http(exchange => exchange.Outgoing?.SentAt is { } sent ? Milliseconds(exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp, sent)) : null, isNumber: true),
        ["RESPONSE_DURATION"] = Http(exchange => Milliseconds(exchange.Timing.ResponseBegun), isNumber: true),
        ["RESPONSE_TX_DURATION"] = Http(exchange => exchange.Timing.ResponseBegun is { } begun ? Milliseconds(((IStreamInfo)exchange).Duration - begun) : null, isNumber: true),
        ["REQUEST_HEADERS_BYTES"] = Http(exchange => Text(exchange.RequestHeaderBytes), isNumber: true),
        ["RESPONSE_HEADERS_BYTES"] = Http(exchange => Text(exchange.ResponseHeaderBytes), isNumber: true),
        ["UPSTREAM_CLUSTER"] = new(stream => stream.UpstreamCluster),
        ["UPSTREAM_CLUSTER_RAW"] = new(stream => stream.UpstreamCluster),
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = Http(exchange => Text(exchange.Attempts), isNumber: true),
        ["DOWNSTREAM_HEADER_BYTES_RECEIVED"] = Http(exchange => Text(exchange.RequestHeaderBytes), isNumber: true),
        ["DOWNSTREAM_HEADER_BYTES_SENT"] = Http(exchange => Text(exchange.ResponseHeaderBytes), isNumber: true),
        ["RESPONSE_TRAILERS_BYTES"] = Http(exchange => Text(exchange.ResponseTrailers.Sum(trailer => trailer.Value.Sum(value => trailer.Key.Length + (value?.Length ?? 0) + 4L))), isNumber: true),
        ["UPSTREAM_PROTOCOL"] = Http(exchange => exchange.Upstream switch { null => null, Http2Pool => "HTTP/2", _ => "HTTP/1.1" }),
        ["DOWNSTREAM_WIRE_BYTES_RECEIVED"] = Number(stream => stream.BytesReceived + ((stream as HttpExchange)?.RequestHeaderBytes ?? 0)),
        ["DOWNSTREAM_WIRE_BYTES_SENT"] = Number(stream => stream.BytesSent + ((stream as HttpExchange)?.ResponseHeaderBytes ?? 0)),
        ["UNIQUE_ID"] = new(_ => Guid.NewGuid().ToString()),
        ["ROUTE_NAME"] = new(stream => Absent(stream.RouteName)),
        ["VIRTUAL_CLUSTER_NAME"] = new(_ => null),
        ["ACCESS_LOG_TYPE"] = new(stream => stream is HttpExchange ? "DownstreamEnd" : "TcpConnectionEnd"),
        ["CUSTOM_FLAGS"] = new(_ => null),
        ["GRPC_STATUS_NUMBER"] = new(stream => Absent(stream.GrpcStatus), IsNumber: true),
        ["HOSTNAME"] = new(_ => Environment.MachineName),
        ["STREAM_ID"] = new(stream => stream.RequestHeader(HttpHeaderRules.RequestId)),
        ["TRACE_ID"] = Http(exchange => exchange.Span?.Context.TraceId),
        ["SPAN_ID"] = Http(exchange => exchange.Span?.Context.SpanId),
        ["LOCAL_REPLY_BODY"] = Http(exchange => exchange.LocalReplyBody),
    }.Concat(ConnectionOperators.All).ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<string, CommandOperator>> WithArgument = new Dictionary<string, Func<string, CommandOperator>>(StringComparer.Ordinal)
    {
        ["START_TIME"] = argument => new(TimeFormat.Compile(argument, stream => stream.StartTime)),
        ["EMIT_TIME"] = argument => new(TimeFormat.Compile(argument, stream => stream.StartTime + stream.Duration)),
        ["REQ"] = argument => Header(argument, (stream, name) => stream.RequestHeader(name)),
        ["RESP"] = argument => Header(argument, (stream, name) => stream.ResponseHeader(name)),
        ["TRAILER"] = argument => Header(argument, (stream, name) => stream.ResponseTrailer(name)),
        ["REQ_WITHOUT_QUERY"] = argument => Header(argument, (stream, name) => stream.RequestHeader(name)?.Split('?', 2)[0]),
        ["GRPC_STATUS"] = GrpcStatus,
        ["ENVIRONMENT"] = argument => Constant(Environment.GetEnvironmentVariable(argument)),
        ["DYNAMIC_METADATA"] = argument => Metadata(argument, (stream, filter) => stream.Metadata?.For(filter)),
        ["CLUSTER_METADATA"] = argument => Metadata(argument, (stream, filter) => stream.Cluster?.Config.Metadata?.FilterMetadata.GetValueOrDefault(filter)),
        ["UPSTREAM_METADATA"] = argument => Metadata(argument, (stream, filter) => stream.Endpoint?.Config?.Metadata?.FilterMetadata.GetValueOrDefault(filter)),
        ["QUERY_PARAM"] = argument => new(stream => QueryParameter(stream.RequestHeader(":path"), argument)),
        ["PATH"] = PathParts,
        ["COMMON_DURATION"] = CommonDurations.Compile,
        ["FILTER_STATE"] = FilterState.Compile,
        ["METADATA"] = KindMetadata,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // These have a value without parentheses too.
    private static readonly FrozenSet<string> ArgumentIsOptional = FrozenSet.ToFrozenSet(["START_TIME", "EMIT_TIME", "GRPC_STATUS"], StringComparer.Ordinal);

    /// <param name="text">What stands between the percent signs.</param>
    /// <exception cref="ResourceRejectedException">Not an operator of this proxy.</exception>
    public static CommandOperator Compile(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open >= 0 && close < open)
        {
            throw new ResourceRejectedException($"operator %{text}% is malformed");
        }

        var tail = open < 0 ? text.IndexOf(':', StringComparison.Ordinal) : close + 1;
        var name = open >= 0 ? text[..open] : tail >= 0 ? text[..tail] : text;
        var argument = open < 0 ? null : text[(open + 1)..close];
        return Limited(Named(text, name, argument), tail < 0 ? "" : text[tail..], text);
    }

    private static CommandOperator Named(string text, string name, string? argument)
    {
        if (argument is null && Plain.TryGetValue(name, out var plain))
        {
            return plain;
        }

        if (WithArgument.TryGetValue(name, out var create) && (argument is not null || ArgumentIsOptional.Contains(name)))
        {
            return create(argument ?? "");
        }

        throw new ResourceRejectedException($"operator %{text}% is not supported");
    }

    private static CommandOperator Limited(CommandOperator whole, string suffix, string text)
    {
        if (suffix.Length == 0)
        {
            return whole;
        }

        if (suffix[0] != ':' || !int.TryParse(suffix.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            throw new ResourceRejectedException($"operator %{text}%: a length must follow the colon");
        }

        return new CommandOperator(stream => whole.Text(stream) is { } value ? value.Length > limit ? value[..limit] : value : null);
    }

    // "A?B" falls back to B.
    private static CommandOperator Header(string argument, Func<IStreamInfo, string, string?> read)
    {
        var names = argument.ToLowerInvariant().Split('?');
        return new CommandOperator(stream =>
        {
            foreach (var name in names)
            {
                if (read(stream, name) is { Length: > 0 } value)
                {
                    return value;
                }
            }

            return null;
        });
    }

    private static CommandOperator GrpcStatus(string format) => format switch
    {
        "" or "CAMEL_STRING" => new(stream => GrpcStatusText.Camel(stream.GrpcStatus)),
        "SNAKE_STRING" => new(stream => GrpcStatusText.Snake(stream.GrpcStatus)),
        "NUMBER" => new(stream => Absent(stream.GrpcStatus), IsNumber: true),
        _ => throw new ResourceRejectedException($"operator %GRPC_STATUS({format})% is not supported"),
    };

    // NAMESPACE:KEY:KEY...
    private static CommandOperator Metadata(string argument, Func<IStreamInfo, string, Struct?> read)
    {
        var parts = argument.Split(':');
        var (filter, path) = (parts[0], parts[1..]);
        Value? Find(IStreamInfo stream) => DynamicMetadata.Find(read(stream, filter), path);
        return new CommandOperator(stream => ValueText.Of(Find(stream)), Value: Find);
    }

    private static CommandOperator KindMetadata(string argument)
    {
        var parts = argument.Split(':', 2);
        return parts is [var kind, var rest] && kind switch { "DYNAMIC" => "DYNAMIC_METADATA", "CLUSTER" => "CLUSTER_METADATA", "UPSTREAM_HOST" => "UPSTREAM_METADATA", _ => null } is { } name
            ? WithArgument[name](rest)
            : throw new ResourceRejectedException($"operator %METADATA({argument})% is not supported");
    }

    // With its query (WQ, Envoy's default) or without (NQ); as the client sent it (ORIG), as it is now (PATH), or whichever is there (ORIG_OR_PATH).
    private static CommandOperator PathParts(string argument)
    {
        var parts = argument.Split(':');
        Func<IStreamInfo, string?> path = parts is [_, var option]
            ? option switch
            {
                "ORIG" => stream => stream.RequestHeader(HttpHeaderRules.OriginalPath),
                "PATH" => stream => stream.RequestHeader(":path"),
                "ORIG_OR_PATH" => Original,
                _ => throw new ResourceRejectedException($"operator %PATH({argument})% is not supported"),
            }
            : Original;
        return parts[0] switch
        {
            "" or "WQ" => new(path),
            "NQ" => new(stream => path(stream)?.Split('?', 2)[0]),
            _ => throw new ResourceRejectedException($"operator %PATH({argument})% is not supported"),
        };

        static string? Original(IStreamInfo stream) => stream.RequestHeader(HttpHeaderRules.OriginalPath) ?? stream.RequestHeader(":path");
    }

    private static string? QueryParameter(string? path, string name)
    {
        var mark = path?.IndexOf('?') ?? -1;
        return mark >= 0 && Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(path![mark..]).TryGetValue(name, out var values) ? values[0] : null;
    }

    private static CommandOperator Constant(string? text) => new(_ => text);

    private static CommandOperator Number(Func<IStreamInfo, long> value) => new(stream => Text(value(stream)), IsNumber: true);

    private static CommandOperator Http(Func<HttpExchange, string?> value, bool isNumber = false) => new(stream => stream is HttpExchange exchange ? value(exchange) : null, isNumber);

    internal static string? Milliseconds(TimeSpan? time) => time is { } known ? Text((long)known.TotalMilliseconds) : null;

    internal static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string? Absent(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
