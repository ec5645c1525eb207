using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class DefinitionTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Gizmos = "/apis/ex.com/v1/namespaces/default/gizmos";

    [Theory]
    [InlineData("conversion", """{"strategy":"Webhook"}""", "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook")]
    [InlineData("conversion", """{"strategy":"Foo"}""", "spec.conversion.strategy: Unsupported value: \"Foo\": supported values: \"None\", \"Webhook\"")]
    [InlineData("preserveUnknownFields", "true", "spec.preserveUnknownFields: Invalid value: true: must be false")]
    [InlineData("names", """{"plural":"gizmos","kind":"Gizmo","shortNames":["A_"]}""", "spec.names.shortNames[0]: Invalid value: \"A_\"")]
    [InlineData("names", """{"plural":"gizmos","kind":"Gizmo","listKind":"Gizmo"}""", "spec.names.listKind: Invalid value: \"Gizmo\": kind and listKind may not be the same")]
    public async Task A_wrong_definition_is_refused(string field, string value, string message) => await RefusedAsync(spec => spec[field] = JsonNode.Parse(value), message);

    [Theory]
    [InlineData("subresources", """{"scale":{"specReplicasPath":"spec.x","statusReplicasPath":".spec.x"}}""", "spec.subresources.scale.specReplicasPath: Invalid value: \"spec.x\": must be a simple json path starting with .")]
    [InlineData("subresources", """{"scale":{"specReplicasPath":".spec.x","statusReplicasPath":".spec.x"}}""", "spec.subresources.scale.statusReplicasPath: Invalid value: \".spec.x\": should be a json path under .status")]
    [InlineData("additionalPrinterColumns", """[{"name":"x","type":"foo","jsonPath":".spec"}]""", "spec.additionalPrinterColumns[0].type: Invalid value: \"foo\": must be one of boolean,date,integer,number,string")]
    public async Task A_wrong_version_is_refused(string field, string value, string message) =>
        await RefusedAsync(spec => spec["versions"]![0]![field] = JsonNode.Parse(value), message);

    [Theory]
    [InlineData("""{"type":"array","uniqueItems":true,"items":{"type":"string"}}""", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")]
    [InlineData("""{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"map"}""", "must not be empty if x-kubernetes-list-type is map")]
    [InlineData("""{"type":"string","x-kubernetes-list-type":"set"}""", "must be array if x-kubernetes-list-type is specified")]
    public async Task A_wrong_schema_is_refused(string schema, string message) =>
        await RefusedAsync(spec => spec["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["extra"] = JsonNode.Parse(schema), message);

    [Theory]
    [InlineData("""{"spec":{"names":{"kind":"Other","listKind":"OtherList"}}}""", "spec.names.kind: Invalid value: \"Other\": field is immutable")]
    [InlineData("""{"spec":{"group":"other.com"}}""", "spec.group: Invalid value: \"other.com\": field is immutable")]
    public async Task What_a_served_definition_is_called_stays(string patch, string message)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Definitions, Definition().ToJsonString());
        var (code, status) = await server.SendAsync("PATCH", $"{Definitions}/gizmos.ex.com", patch, "application/merge-patch+json");
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_that_the_schema_does_not_allow_counts_as_absent()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Definitions, Definition().ToJsonString());
        var (code, gizmo) = await server.SendAsync("POST", Gizmos, """{"apiVersion":"ex.com/v1","kind":"Gizmo","metadata":{"name":"g"},"spec":{"size":null,"mode":null,"note":null}}""");
        Assert.Equal(201, code);
        Assert.Equal("""{"note":null,"size":2}""", new JsonObject(gizmo["spec"]!.AsObject().OrderBy(p => p.Key).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).ToJsonString());
    }

    [Fact]
    public async Task A_column_without_description_tells_its_path()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Definitions, Definition().ToJsonString());
        var (_, table) = await server.SendAsync("GET", Gizmos, accept: "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("Custom resource definition column (in JSONPath format): .spec.size", table["columnDefinitions"]![1]!["description"]!.ToString());
    }

    [Fact]
    public async Task A_pod_reserves_what_it_is_limited_to_unless_it_says_what_it_needs()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, pod) = await server.SendAsync("POST", "/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}}]}}""");
        Assert.Equal(("500m", "1Gi"), (pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]!.ToString(), pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["memory"]!.ToString()));
    }

    private static async Task RefusedAsync(Action<JsonObject> spoil, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var definition = Definition();
        spoil(definition["spec"]!.AsObject());
        var (code, status) = await server.SendAsync("POST", Definitions, definition.ToJsonString());
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Definition() => JsonNode.Parse("""
        {"metadata":{"name":"gizmos.ex.com"},"spec":{"group":"ex.com","scope":"Namespaced","names":{"plural":"gizmos","kind":"Gizmo"},
        "versions":[{"name":"v1","served":true,"storage":true,"additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
        "size":{"type":"integer","default":2},"mode":{"type":"string"},"note":{"type":"string","nullable":true}}}}}}}]}}
        """)!.AsObject();

    [Theory]
    [InlineData("""{"type":"string","pattern":"("}""", ".pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", ".pattern: Invalid value: \"(?=a)\": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("""{"type":"integer","default":"x"}""", ".default: Invalid value: \"string\"")]
    [InlineData("""{"type":"object","default":{"q":1},"properties":{"r":{"type":"string"}}}""", ".default: Invalid value: {\"q\":1}: must not have unknown fields")]
    [InlineData("""{"type":"foo"}""", ".type: Unsupported value: \"foo\": supported values: \"array\", \"boolean\"")]
    [InlineData("""{"type":"string","oneOf":[{"type":"string"}]}""", ".oneOf[0].type: Forbidden: must be empty to be structural")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"properties":{"b":{"minLength":2}}}]}""", ".properties[b]: Required value: because it is defined in")]
    [InlineData("""{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["x"],"items":{"type":"object","properties":{"x":{"type":"string"}}}}""", ".items.properties[x].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    public async Task A_schema_that_is_not_structural_is_refused(string schema, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$$"""
            {"metadata":{"name":"crates.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"crates","kind":"Crate"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"size":{{{schema}}} } } } }]}}
            """);
        Assert.Equal(422, code);
        Assert.Contains($"spec.validation.openAPIV3Schema.properties[size]{message}", status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("networking.istio.io/v1beta1", "Sidecar", 400, "the API version in the data (networking.istio.io/v1beta1) does not match the expected API version (networking.istio.io/v1)")]
    [InlineData("networking.istio.io/v1", "Foo", 422, "Foo.networking.istio.io \"x\" is invalid: kind: Invalid value: \"Foo\": must be Sidecar")]
    public async Task An_object_of_a_definition_is_of_the_version_and_kind_it_is_sent_to(string version, string kind, int code, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (answered, status) = await server.SendAsync("POST", "/apis/networking.istio.io/v1/namespaces/default/sidecars", $$$"""{"apiVersion":"{{{version}}}","kind":"{{{kind}}}","metadata":{"name":"x"},"spec":{}}""");
        Assert.Equal((code, message), (answered, status["message"]!.ToString()));
    }
}
