using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weft.ApiServer.Support;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Schemas;

/// <summary>
/// The odd objects of <c>tests/Weft.Istio.Tests/Admission/cases</c> before the definitions of Istio's kinds: those with <c>schema</c> or <c>strict</c> are
/// refused with that text, the others come as far as the webhook.
/// </summary>
public sealed partial class AdmissionCaseTests
{
    private const string NotChecked = "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]";

    [Fact]
    public async Task The_schemas_of_Istio_judge_odd_objects()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"demo"}}""");
        var failures = new List<string>();
        foreach (var (kind, given) in Cases())
        {
            var (path, item) = Request(kind, given);
            var (code, body) = await server.SendAsync("POST", path, item.ToJsonString());
            var (wantedCode, wanted) = Wanted(given);
            var ours = code == 201 ? "" : Shortened(body["message"]!.ToString());
            if (code != wantedCode || ours != wanted) failures.Add($"{kind}: {given["is"]}\n  wanted {wantedCode} {wanted}\n  ours   {code} {ours}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static (int Code, string Message) Wanted(JsonObject given) =>
        given["schema"] is { } schema ? (422, schema.ToString())
        : given["strict"] is { } strict ? (400, strict.ToString())
        : (201, "");

    /// <summary>Without what every such message begins and ends with.</summary>
    private static string Shortened(string message)
    {
        var text = message.Replace(NotChecked, "rules not checked]", StringComparison.Ordinal);
        return Opening.Replace(text, "");
    }

    private static IEnumerable<(string Kind, JsonObject Case)> Cases() =>
        from resource in typeof(AdmissionCaseTests).Assembly.GetManifestResourceNames()
        where resource.StartsWith("case.", StringComparison.Ordinal)
        from item in (JsonArray)Read(resource)!
        select (resource["case.".Length..], (JsonObject)item!);

    private static JsonNode? Read(string resource)
    {
        using var stream = typeof(AdmissionCaseTests).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return KubeYaml.Read(Letters.Replace(reader.ReadToEnd(), match => new string(match.Groups[1].Value[0], int.Parse(match.Groups[2].Value))))[0].Content;
    }

    private static (string Path, JsonObject Item) Request(string kind, JsonObject given)
    {
        var version = kind switch
        {
            "PeerAuthentication" or "RequestAuthentication" or "AuthorizationPolicy" => "security.istio.io/v1",
            "Telemetry" => "telemetry.istio.io/v1",
            "WasmPlugin" or "TrafficExtension" => "extensions.istio.io/v1alpha1",
            "EnvoyFilter" => "networking.istio.io/v1alpha3",
            "ProxyConfig" => "networking.istio.io/v1beta1",
            _ => "networking.istio.io/v1",
        };
        var metadata = new JsonObject { ["name"] = "x", ["namespace"] = "demo" };
        foreach (var (name, value) in given["meta"] as JsonObject ?? []) metadata[name] = value?.DeepClone();
        var item = new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = metadata, ["spec"] = given["spec"]?.DeepClone() };
        return ($"/apis/{version}/namespaces/demo/{PluralOf(kind)}?dryRun=All&fieldValidation=Strict", item);
    }

    private static string PluralOf(string kind)
    {
        var name = kind.ToLowerInvariant();
        return name.EndsWith("ay", StringComparison.Ordinal) ? name + "s" : name.EndsWith('y') ? name[..^1] + "ies" : name + "s";
    }

    [GeneratedRegex("LETTERS-(.)-([0-9]+)")]
    private static partial Regex Letters { get; }

    [GeneratedRegex("""^[A-Za-z]+\.[a-z.]+ "x" is invalid: |^[A-Za-z]+ in version "[a-z0-9]+" cannot be handled as a [A-Za-z]+: strict decoding error: """)]
    private static partial Regex Opening { get; }
}
