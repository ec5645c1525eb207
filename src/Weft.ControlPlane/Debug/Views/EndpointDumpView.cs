using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The endpoints of a configuration dump, without their present health, as <c>istioctl proxy-config all</c> shows them.</summary>
public static class EndpointDumpView
{
    private static readonly string[] s_header = ["NAME", "STATUS", "LOCALITY", "CLUSTER"];

    public static string Table(EnvoyDump dump) => TextTable.Write(
        s_header,
        from entry in Entries(dump)
        let assignment = EnvoyDump.Object(entry, "endpointConfig")
        orderby EnvoyDump.Text(assignment, "clusterName")
        from locality in EnvoyDump.Items(assignment, "endpoints")
        from endpoint in EnvoyDump.Items(locality, "lbEndpoints")
        select new[]
        {
            Address(EnvoyDump.Object(endpoint, "endpoint", "address")),
            EnvoyDump.Text(endpoint, "healthStatus") is { Length: > 0 } status ? status : "UNKNOWN",
            Place(EnvoyDump.Object(locality, "locality")),
            EnvoyDump.Text(assignment, "clusterName"),
        });

    private static IEnumerable<JsonObject> Entries(EnvoyDump dump)
    {
        var part = dump.Part("EndpointsConfigDump");
        return EnvoyDump.Items(part, "dynamicEndpointConfigs").Concat(EnvoyDump.Items(part, "staticEndpointConfigs"));
    }

    private static string Address(JsonObject? address) => EnvoyDump.Object(address, "pipe") is { } pipe
        ? "unix://" + EnvoyDump.Text(pipe, "path")
        : string.Create(CultureInfo.InvariantCulture, $"{EnvoyDump.Text(EnvoyDump.Object(address, "socketAddress"), "address")}:{EnvoyDump.Number(EnvoyDump.Object(address, "socketAddress"), "portValue")}");

    /// <summary>region/zone/subzone, as far as it is known.</summary>
    private static string Place(JsonObject? locality) =>
        string.Join('/', ((string[])["region", "zone", "subZone"]).Select(part => EnvoyDump.Text(locality, part)).TakeWhile(part => part.Length > 0));
}
