using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The filters that a proxy was sent by themselves, as <c>istioctl proxy-config ecds</c> shows them.</summary>
public static class EcdsView
{
    private const string TypePrefix = "type.googleapis.com/";

    private static readonly string[] s_header = ["ECDS NAME", "TYPE"];

    public static string Table(EnvoyDump dump) => TextTable.Write(
        s_header,
        EnvoyDump.Items(dump.Part("EcdsConfigDump"), "ecdsFilters")
            .Select(entry => EnvoyDump.Object(entry, "ecdsFilter"))
            .Select(filter => (Name: EnvoyDump.Text(filter, "name"), Type: EnvoyDump.Text(EnvoyDump.Object(filter, "typedConfig"), "@type")))
            .OrderBy(filter => filter.Type, StringComparer.Ordinal).ThenBy(filter => filter.Name, StringComparer.Ordinal)
            .Select(filter => new[] { filter.Name, filter.Type.StartsWith(TypePrefix, StringComparison.Ordinal) ? filter.Type[TypePrefix.Length..] : filter.Type }));

    public static string Json(EnvoyDump dump) => EnvoyDump.Indented(dump.Part("EcdsConfigDump")?.DeepClone() ?? new JsonObject());
}
