using System.Net;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Formatting;

public sealed class FormatTests
{
    private static readonly AccessLogEntry Connection = new()
    {
        StartTime = new DateTimeOffset(2026, 11, 21, 7, 5, 9, 123, 456, TimeSpan.Zero),
        Duration = TimeSpan.FromMilliseconds(42.9),
        Flags = ResponseFlags.UpstreamConnectionFailure | ResponseFlags.UpstreamRetryLimitExceeded,
        BytesReceived = 7,
        BytesSent = 11,
        DownstreamLocalAddress = new IPEndPoint(IPAddress.Parse("10.0.0.1"), 8080),
        DownstreamRemoteAddress = new IPEndPoint(IPAddress.Parse("10.0.0.2"), 1234),
        DownstreamDirectRemoteAddress = new IPEndPoint(IPAddress.Parse("10.0.0.3"), 5678),
        RequestedServerName = "a.name",
        Metadata = Metadata(),
    };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%%", "100%")]
    [InlineData("%BYTES_SENT%/%BYTES_RECEIVED%/%DURATION%", "11/7/42")]
    [InlineData("%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%", "UF,URX UpstreamConnectionFailure,UpstreamRetryLimitExceeded")]
    [InlineData("%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT% %DOWNSTREAM_REMOTE_ADDRESS%", "10.0.0.1 8080 10.0.0.2:1234")]
    [InlineData("%DOWNSTREAM_DIRECT_REMOTE_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_DIRECT_REMOTE_PORT%", "10.0.0.3:5678 10.0.0.3 5678")]
    [InlineData("%REQUESTED_SERVER_NAME:3%", "a.n")]
    [InlineData("%REQ(X-NONE?ALSO-NONE)% %PROTOCOL%", "- -")]
    [InlineData("%START_TIME%", "2026-11-21T07:05:09.123Z")]
    [InlineData("%START_TIME(%Y/%m/%dT%H:%M:%S.%3f %s)%", "2026/11/21T07:05:09.123 1795244709")]
    [InlineData("%START_TIME(%j %b %e)%", "325 Nov 21")]
    [InlineData("%DYNAMIC_METADATA(f:text)%|%DYNAMIC_METADATA(f:deep:list)%|%DYNAMIC_METADATA(f:none)%|%DYNAMIC_METADATA(f)%", "t|[1,true]|-|{\"deep\":{\"list\":[1,true]},\"text\":\"t\"}")]
    [InlineData("%METADATA(DYNAMIC:f:text)%", "t")]
    [InlineData("%EMIT_TIME(%H:%M:%S.%3f)%", "07:05:09.166")]
    [InlineData("%ACCESS_LOG_TYPE% %CUSTOM_FLAGS%", "TcpConnectionEnd -")]
    [InlineData("%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)% %FILTER_STATE(downstream_peer:FIELD:workload)% %FILTER_STATE(other)%", "- - -")]
    [InlineData("%PATH(NQ)% %PATH(WQ:ORIG)% %UPSTREAM_HOST_NAME%", "- - -")]
    [InlineData("%DOWNSTREAM_PEER_DNS_SAN% %DOWNSTREAM_PEER_ISSUER% %DOWNSTREAM_PEER_SERIAL%", "- - -")]
    public void Operators_are_replaced(string format, string expected) => Assert.Equal(expected, Format.Compile(format).Text(Connection));

    [Theory]
    [InlineData("%")]
    [InlineData("a%b")]
    [InlineData("%NOTHING%")]
    [InlineData("%REQ%")]
    [InlineData("%REQ(x%")]
    [InlineData("%REQ)x(%")]
    [InlineData("%REQ(x):no%")]
    [InlineData("%START_TIME(%Q)%")]
    [InlineData("%METADATA(ELSE:f)%")]
    public void What_is_no_operator_is_refused(string format) => Assert.Throws<ResourceRejectedException>(() => Format.Compile(format));

    [Theory]
    [InlineData("0", "OK", "OK")]
    [InlineData("14", "Unavailable", "UNAVAILABLE")]
    [InlineData("99", "99", "99")]
    [InlineData("", null, null)]
    public void Statuses_of_gRPC_have_names(string status, string? camel, string? snake) => Assert.Equal((camel, snake), (GrpcStatusText.Camel(status), GrpcStatusText.Snake(status)));

    private static DynamicMetadata Metadata()
    {
        var metadata = new DynamicMetadata();
        metadata.Set("f", "text", Value.ForString("t"));
        metadata.Set("f", "deep", Value.ForStruct(new Struct { Fields = { ["list"] = Value.ForList(Value.ForNumber(1), Value.ForBool(true)) } }));
        return metadata;
    }
}
