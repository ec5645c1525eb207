using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Filters;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Listeners;

public sealed class ParserTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_ClientHello_yields_its_server_name_and_protocols()
    {
        var hello = await CaptureHelloAsync();

        Assert.Equal(InspectionState.Found, ClientHello.Inspect(hello, out var parsed));
        Assert.Equal("outbound_.8000_._.beta.demo.svc.cluster.local", parsed!.ServerName);
        Assert.Equal(["istio-http/1.1", "istio", "http/1.1"], parsed.Alpn);
        for (var length = 0; length < hello.Length; length++)
        {
            Assert.Equal(InspectionState.NeedMore, ClientHello.Inspect(hello.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public async Task No_bytes_bring_a_parser_down()
    {
        var hello = await CaptureHelloAsync();
        var random = new Random(7);
        var seeds = new[]
        {
            hello,
            Encoding.ASCII.GetBytes("GET http://beta.demo:8000/x?y HTTP/1.1\r\nHost: beta\r\nConnection: close\r\n\r\n"),
            Encoding.ASCII.GetBytes("CONNECT [::1]:443 HTTP/1.1\r\n\r\n"),
            [5, 1, 0, 3, 4, 97, 98, 99, 100, 0, 80],
            [0x3D, 0x23, 0x04, 0x67, 0, 0, 0, 4, 1, 2, 3, 4],
        };
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            ClientHello.Inspect(bytes, out _);
            HttpPreface.Inspect(bytes, out _);
            Socks5.ReadGreeting(bytes, out _, out _);
            Socks5.ReadRequest(bytes, out _, out _, out _);
            if (ProxyRequestHead.Read(bytes, out var head) == InspectionState.Found)
            {
                head!.ToOriginForm();
            }

            var state = PeerExchangeCodec.Decode(new ReadOnlySequence<byte>(bytes), out var consumed, out _);
            Assert.True(state == InspectionState.Found ? consumed <= bytes.Length : consumed == 0);
            new GrpcMessageCounter().Observe(bytes);
            new PeerDirectory().Resolve("x", Convert.ToBase64String(bytes));
            PathNormalizer.Normalize(Encoding.Latin1.GetString(bytes), mergesSlashes: true);
        }
    }

    [Theory]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/./b/", "/a/b/")]
    [InlineData("/../../x", "/x")]
    [InlineData("/%61%2Fb", "/a%2Fb")]
    [InlineData("/a\\b?c\\d", "/a/b?c\\d")]
    [InlineData("/a/..?x=/../y", "/?x=/../y")]
    public void Paths_are_normalized_like_Envoys_normalize_path(string path, string expected) =>
        Assert.Equal(expected, PathNormalizer.Normalize(path, mergesSlashes: false));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "Found", "http/1.1")]
    [InlineData("GET / HTTP/1.0\r\n", "Found", "http/1.0")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "Found", "h2c")]
    [InlineData("PRI * HT", "NeedMore", "h2c")]
    [InlineData("GET / ", "NeedMore", "")]
    [InlineData("\u0003select 1", "NotFound", "")]
    [InlineData("HELO there\r\n", "NotFound", "")]
    public void Http_is_told_by_its_first_line(string text, string state, string protocol)
    {
        Assert.Equal(state, HttpPreface.Inspect(Encoding.Latin1.GetBytes(text), out var found).ToString());
        Assert.Equal(protocol, found);
    }

    [Fact]
    public void gRPC_messages_are_counted_in_pieces_of_any_size()
    {
        byte[] body = [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9];
        for (var size = 1; size <= body.Length; size++)
        {
            var counter = new GrpcMessageCounter();
            foreach (var piece in body.Chunk(size))
            {
                counter.Observe(piece);
            }

            Assert.Equal(3, counter.Messages);
        }
    }

    [Fact]
    public void Peer_metadata_survives_its_frame()
    {
        var metadata = new Struct();
        metadata.Fields["x-envoy-peer-metadata"] = Value.ForStruct(new Struct { Fields = { ["WORKLOAD_NAME"] = Value.ForString("beta-v1"), ["NAMESPACE"] = Value.ForString("demo") } });
        var body = Any.Pack(metadata);
        byte[] frame = [0x3D, 0x23, 0x04, 0x67, 0, 0, 0, (byte)body.CalculateSize(), .. Google.Protobuf.MessageExtensions.ToByteArray(body), 42];

        Assert.Equal(InspectionState.Found, PeerExchangeCodec.Decode(new ReadOnlySequence<byte>(frame), out var consumed, out var peer));
        Assert.Equal(frame.Length - 1, consumed);
        Assert.Equal(("beta-v1", "demo", "unknown"), (peer!.Workload, peer.Namespace, peer.App));
        Assert.Equal(InspectionState.NotFound, PeerExchangeCodec.Decode(new ReadOnlySequence<byte>("welcome"u8.ToArray()), out consumed, out _));
        Assert.Equal(0, consumed);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed.AsSpan(0, random.Next(seed.Length + 1)).ToArray();
        for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static async Task<byte[]> CaptureHelloAsync()
    {
        var toServer = new Pipe();
        await using var tls = new SslStream(new DuplexPipeStream(new Pipe().Reader, toServer.Writer.AsStream()));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "outbound_.8000_._.beta.demo.svc.cluster.local",
            ApplicationProtocols = [new("istio-http/1.1"), new("istio"), new("http/1.1")],
        };
        _ = tls.AuthenticateAsClientAsync(options, Cancel).ContinueWith(task => task.Exception, TaskScheduler.Default);
        await toServer.Writer.FlushAsync(Cancel);
        var read = await toServer.Reader.ReadAsync(Cancel);
        return read.Buffer.ToArray();
    }
}
