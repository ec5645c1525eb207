using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

public sealed class GrpcWebTests
{
    private const string Beta = "http://beta.demo:8000/s/m";

    private static readonly byte[] Message = [0, 0, 0, 0, 3, 1, 2, 3];
    private static readonly byte[] Trailers = [0x80, 0, 0, 0, 15, .. Encoding.ASCII.GetBytes("grpc-status:0\r\n")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/grpc-web+proto", "application/grpc-web+proto")]
    [InlineData("application/grpc-web-text", "application/grpc-web-text+proto")]
    public async Task A_browsers_call_reaches_a_gRPC_server_and_its_trailers_come_in_the_body(string type, string answerType)
    {
        var seen = "";
        await using var mesh = await StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen = $"{context.Request.Protocol} {context.Request.ContentType} {context.Request.Headers.TE} {Convert.ToHexStringLower(body.ToArray())}";
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(body.ToArray());
            context.Response.AppendTrailer("grpc-status", "0");
        });
        var isText = type.Contains("text");

        using var response = await PostAsync(mesh, type, isText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(Message)) : Message);
        var answer = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal(answerType, response.Content.Headers.ContentType!.ToString());
        Assert.Equal($"HTTP/2 application/grpc{(isText ? "" : "+proto")} trailers 0000000003010203", seen);
        Assert.Equal([.. Message, .. Trailers], isText ? Decoded(answer) : answer);
    }

    [Fact]
    public async Task What_is_no_base64_is_refused()
    {
        await using var mesh = await StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null));

        using var response = await PostAsync(mesh, "application/grpc-web-text", "!!!!"u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("2", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("Bad gRPC-web request, invalid base64 data.", response.Headers.GetValues("grpc-message").Single());
    }

    // Each piece is padded by itself.
    private static byte[] Decoded(byte[] text)
    {
        var bytes = new List<byte>();
        for (var index = 0; index < text.Length; index += 4)
        {
            bytes.AddRange(Convert.FromBase64String(Encoding.ASCII.GetString(text, index, 4)));
        }

        return [.. bytes];
    }

    private static async Task<HttpResponseMessage> PostAsync(TestMesh mesh, string type, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await mesh.Client().SendAsync(request, Cancel);
    }

    // The filter stands where the browser's calls come in; from there on it is gRPC.
    private static Task<TestMesh> StartAsync(RequestDelegate serve) => TestMesh.StartAsync(
        serve,
        Cancel,
        (kind, resources) =>
        {
            if (kind == "listeners")
            {
                ResourceEdits.Insert(ResourceEdits.OutboundManagers(resources), """
                    {"name":"envoy.filters.http.grpc_web","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb"} }
                    """);
            }

            if (kind == "clusters")
            {
                foreach (var cluster in resources.Where(cluster => cluster!["name"]!.GetValue<string>() is ResourceEdits.BetaCluster or "inbound|8080||"))
                {
                    cluster!["typedExtensionProtocolOptions"] = JsonNode.Parse("""
                        {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","explicitHttpConfig":{"http2ProtocolOptions":{} } } }
                        """);
                }
            }
        },
        HttpProtocols.Http2);
}
