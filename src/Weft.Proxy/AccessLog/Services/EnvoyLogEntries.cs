using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Data.Accesslog.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>What a configuration adds to each entry.</summary>
internal sealed record EnvoyLogAdditions(ImmutableArray<string> FilterStates, ImmutableArray<CustomTag> Tags)
{
    /// <summary>Names in lower case, of headers and trailers that are logged too.</summary>
    public ImmutableArray<string> RequestHeaders { get; init; } = [];

    public ImmutableArray<string> ResponseHeaders { get; init; } = [];

    public ImmutableArray<string> ResponseTrailers { get; init; } = [];
}

/// <summary>Requests and connections as envoy.data.accesslog.v3 has them. What is not known is left out, as Envoy leaves it out.</summary>
internal static class EnvoyLogEntries
{
    public static TCPAccessLogEntry Connection(IStreamInfo stream, EnvoyLogAdditions additions) => new()
    {
        CommonProperties = Common(stream, additions),
        ConnectionProperties = new ConnectionProperties { ReceivedBytes = (ulong)stream.BytesReceived, SentBytes = (ulong)stream.BytesSent },
    };

    public static HTTPAccessLogEntry Request(IStreamInfo stream, EnvoyLogAdditions additions) => new()
    {
        CommonProperties = Common(stream, additions),
        ProtocolVersion = stream.Protocol switch
        {
            "HTTP/1.0" => HTTPAccessLogEntry.Types.HTTPVersion.Http10,
            "HTTP/1.1" => HTTPAccessLogEntry.Types.HTTPVersion.Http11,
            "HTTP/2" => HTTPAccessLogEntry.Types.HTTPVersion.Http2,
            _ => HTTPAccessLogEntry.Types.HTTPVersion.ProtocolUnspecified,
        },
        Request = RequestOf(stream, additions.RequestHeaders),
        Response = ResponseOf(stream, additions),
    };

    private static HTTPRequestProperties RequestOf(IStreamInfo stream, ImmutableArray<string> headers)
    {
        var headerBytes = (ulong)((stream as HttpExchange)?.RequestHeaderBytes ?? 0);
        var properties = new HTTPRequestProperties
        {
            RequestMethod = System.Enum.TryParse<RequestMethod>(stream.RequestHeader(":method"), ignoreCase: true, out var method) ? method : RequestMethod.MethodUnspecified,
            Scheme = stream.RequestHeader(":scheme") ?? "",
            Authority = stream.RequestHeader(":authority") ?? "",
            Path = stream.RequestHeader(":path") ?? "",
            UserAgent = stream.RequestHeader("user-agent") ?? "",
            Referer = stream.RequestHeader("referer") ?? "",
            ForwardedFor = stream.RequestHeader(HttpHeaderRules.ForwardedFor) ?? "",
            RequestId = stream.RequestHeader(HttpHeaderRules.RequestId) ?? "",
            OriginalPath = stream.RequestHeader(HttpHeaderRules.OriginalPath) ?? "",
            RequestHeadersBytes = headerBytes,
            RequestBodyBytes = (ulong)stream.BytesReceived,
            DownstreamHeaderBytesReceived = headerBytes,
        };
        Add(properties.RequestHeaders, headers, stream.RequestHeader);
        return properties;
    }

    private static HTTPResponseProperties ResponseOf(IStreamInfo stream, EnvoyLogAdditions additions)
    {
        var headerBytes = (ulong)((stream as HttpExchange)?.ResponseHeaderBytes ?? 0);
        var properties = new HTTPResponseProperties
        {
            ResponseCode = stream.ResponseCode > 0 ? (uint)stream.ResponseCode : null,
            ResponseHeadersBytes = headerBytes,
            ResponseBodyBytes = (ulong)stream.BytesSent,
            ResponseCodeDetails = stream.Details ?? "",
            DownstreamHeaderBytesSent = headerBytes,
        };
        Add(properties.ResponseHeaders, additions.ResponseHeaders, stream.ResponseHeader);
        Add(properties.ResponseTrailers, additions.ResponseTrailers, stream.ResponseTrailer);
        return properties;
    }

    private static AccessLogCommon Common(IStreamInfo stream, EnvoyLogAdditions additions)
    {
        var exchange = stream as HttpExchange;
        var common = new AccessLogCommon
        {
            DownstreamRemoteAddress = Address(stream.DownstreamRemoteAddress),
            DownstreamDirectRemoteAddress = Address(stream.DownstreamDirectRemoteAddress),
            DownstreamLocalAddress = Address(stream.DownstreamLocalAddress),
            UpstreamRemoteAddress = Address(stream.UpstreamHost),
            UpstreamLocalAddress = Address(stream.UpstreamLocalAddress),
            UpstreamCluster = stream.UpstreamCluster ?? "",
            UpstreamTransportFailureReason = stream.UpstreamTransportFailure ?? "",
            UpstreamRequestAttemptCount = (uint)(exchange?.Attempts ?? 0),
            TlsProperties = stream.DownstreamTls is { } tls ? EnvoyLogParts.Tls(tls, stream.RequestedServerName) : null,
            ResponseFlags = EnvoyLogParts.Flags(stream.Flags),
            RouteName = stream.RouteName ?? "",
            ConnectionTerminationDetails = stream.ConnectionTermination ?? "",
            StreamId = stream.RequestHeader(HttpHeaderRules.RequestId) ?? "",
            StartTime = Timestamp.FromDateTimeOffset(stream.StartTime),
            Duration = Duration.FromTimeSpan(stream.Duration),
            DownstreamWireBytesReceived = (ulong)(stream.BytesReceived + (exchange?.RequestHeaderBytes ?? 0)),
            DownstreamWireBytesSent = (ulong)(stream.BytesSent + (exchange?.ResponseHeaderBytes ?? 0)),
            AccessLogType = exchange is null ? AccessLogType.TcpConnectionEnd : AccessLogType.DownstreamEnd,
        };
        AddTimes(common, exchange);
        AddMetadata(common, stream);
        foreach (var key in additions.FilterStates)
        {
            if (FilterState.Object(stream, key) is { } value)
            {
                common.FilterStateObjects[key] = value;
            }
        }

        foreach (var tag in additions.Tags)
        {
            if (tag.Value(stream) is { } value)
            {
                common.CustomTags[tag.Name] = value;
            }
        }

        return common;
    }

    // The first byte that is known of a response is the end of its head.
    private static void AddTimes(AccessLogCommon common, HttpExchange? exchange)
    {
        if (exchange is null)
        {
            return;
        }

        common.TimeToLastRxByte = Time(exchange.Timing.RequestReceived);
        common.TimeToLastUpstreamTxByte = Time(exchange.Outgoing?.SentAt is { } sent ? exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp, sent) : null);
        common.TimeToFirstUpstreamRxByte = Time(exchange.Endpoint is null ? null : exchange.Timing.ResponseBegun);
        common.TimeToFirstDownstreamTxByte = Time(exchange.Timing.ResponseBegun);
        common.TimeToLastDownstreamTxByte = Time(exchange.Timing.Ended);
    }

    private static void AddMetadata(AccessLogCommon common, IStreamInfo stream)
    {
        if (stream.Metadata is not { Filters.Count: > 0 } metadata)
        {
            return;
        }

        common.Metadata = new Metadata();
        foreach (var (filter, fields) in metadata.Filters)
        {
            common.Metadata.FilterMetadata[filter] = fields.Clone();
        }
    }

    private static void Add(Google.Protobuf.Collections.MapField<string, string> target, ImmutableArray<string> names, Func<string, string?> find)
    {
        foreach (var name in names)
        {
            if (find(name) is { } value)
            {
                target[name] = value;
            }
        }
    }

    private static Duration? Time(TimeSpan? time) => time is { } known ? Duration.FromTimeSpan(known) : null;

    private static Address? Address(IPEndPoint? endpoint) =>
        endpoint is null ? null : new() { SocketAddress = new() { Address = endpoint.Address.ToString(), PortValue = (uint)endpoint.Port } };
}
