using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class ValidatingAdmissionTests
{
    private const string Rules = "/apis/networking.istio.io/v1/namespaces/default/virtualservices";

    [Fact]
    public async Task A_misplaced_field_is_refused_with_its_path_and_where_it_belongs()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        var item = VirtualService("""{"destination":{"host":"reviews","subset":"v1","weight":80}}""");

        var (code, body) = await server.SendAsync("POST", Rules + "?fieldValidation=Strict", item);

        Assert.Equal(400, code);
        Assert.Equal(
            "VirtualService in version \"v1\" cannot be handled as a VirtualService: strict decoding error: unknown field \"spec.http[0].route[0].destination.weight\" (hint: \"weight\" is a field of spec.http[0].route[0], move it there)",
            body["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refusal_of_a_plug_in_has_its_code_and_reason_and_stores_nothing()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false, ValidatingAdmission = [new Refusing()] });

        var (code, body) = await server.SendAsync("POST", Rules, VirtualService("""{"destination":{"host":"reviews"}}"""));

        Assert.Equal(400, code);
        Assert.Null(body["reason"]);
        Assert.Equal("admission webhook \"refusing.weft\" denied the request: no x here", body["message"]!.GetValue<string>());
        Assert.Equal(404, (await server.SendAsync("GET", Rules + "/x")).Code);
    }

    private static string VirtualService(string route) => new JsonObject
    {
        ["apiVersion"] = "networking.istio.io/v1",
        ["kind"] = "VirtualService",
        ["metadata"] = new JsonObject { ["name"] = "x" },
        ["spec"] = new JsonObject
        {
            ["hosts"] = new JsonArray("reviews"),
            ["http"] = new JsonArray(new JsonObject { ["route"] = new JsonArray(JsonNode.Parse(route)) }),
        },
    }.ToJsonString();

    private sealed class Refusing : IAdmissionPlugin
    {
        public string Name => "refusing.weft";

        public ValueTask<AdmissionResponse> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(
            request.Name == "x" ? new AdmissionResponse { Allowed = false, Code = 400, Reason = "", Message = "no x here" } : AdmissionResponse.Allow);
    }
}
