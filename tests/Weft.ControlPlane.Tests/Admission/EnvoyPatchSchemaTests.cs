using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Admission;

public sealed class EnvoyPatchSchemaTests
{
    [Theory]
    [InlineData("CLUSTER", """{"nosuch_field":1}""", "unknown field \"nosuch_field\" in envoy.config.cluster.v3.Cluster")]
    [InlineData("CLUSTER", """{"circuit_breakers":{"thresholds":[{"maxRetries":3},{"max_fun":1}]}}""", "unknown field \"max_fun\" in envoy.config.cluster.v3.CircuitBreakers.Thresholds")]
    [InlineData("HTTP_FILTER", """{"name":"a","typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault","delays":{}}}""", "unknown field \"delays\" in envoy.extensions.filters.http.fault.v3.HTTPFault")]
    public void The_first_field_that_Envoy_does_not_know_is_named(string applyTo, string value, string unknown) =>
        Assert.Equal(unknown, new EnvoyPatchSchema().Read(applyTo, Parse(value)).UnknownField);

    [Theory]
    [InlineData("CLUSTER", """{"respect_dns_ttl":true,"lbPolicy":"RANDOM","connect_timeout":"1s"}""")]
    [InlineData("HTTP_FILTER", """{"name":"a","typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua","inlineCode":"x"}}""")]
    [InlineData("SOMETHING_NEW", """{"a":1}""")]
    public void What_is_known_or_cannot_be_known_is_good(string applyTo, string value)
    {
        var reading = new EnvoyPatchSchema().Read(applyTo, Parse(value));

        Assert.Null(reading.UnknownField);
        Assert.Empty(reading.UntypedExtensions);
    }

    [Fact]
    public void An_extension_by_name_alone_is_reported() =>
        Assert.Equal(["a"], new EnvoyPatchSchema().Read("NETWORK_FILTER", Parse("""{"name":"a"}""")).UntypedExtensions);

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
