using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What <c>istioctl proxy-config listener</c> is asked for; empty and zero ask for everything.</summary>
/// <param name="Type">HTTP, TCP or HTTP+TCP.</param>
public sealed record ListenerFilter(string Address = "", int Port = 0, string Type = "");

/// <summary>The listeners of a proxy, one line for each filter chain, as <c>istioctl proxy-config listener</c> shows them.</summary>
public static class ListenerView
{
    private static readonly string[] s_header = ["ADDRESSES", "PORT", "MATCH", "DESTINATION"];
    private static readonly string[] s_shortHeader = ["ADDRESSES", "PORT", "TYPE"];

    public static string Table(EnvoyDump dump, ListenerFilter filter) => TextTable.Write(s_header, Selected(dump, filter).SelectMany(Rows), padding: 1);

    /// <summary>One line for each listener, as with <c>--verbose=false</c>.</summary>
    public static string ShortTable(EnvoyDump dump, ListenerFilter filter) => TextTable.Write(
        s_shortHeader,
        Selected(dump, filter).Select(listener => new[] { string.Join(',', AddressesOf(listener)), PortOf(listener).ToString(CultureInfo.InvariantCulture), TypeOf(listener) }),
        padding: 1);

    public static string Json(EnvoyDump dump, ListenerFilter filter) =>
        EnvoyDump.Indented(new JsonArray([.. Selected(dump, filter).Select(listener => listener.DeepClone())]));

    private static IEnumerable<JsonObject> Selected(EnvoyDump dump, ListenerFilter filter)
    {
        var part = dump.Part("ListenersConfigDump");
        return EnvoyDump.Items(part, "dynamicListeners").Select(entry => EnvoyDump.Object(entry, "activeState", "listener"))
            .Concat(EnvoyDump.Items(part, "staticListeners").Select(entry => EnvoyDump.Object(entry, "listener")))
            .OfType<JsonObject>()
            .Where(listener => Fits(listener, filter))
            .OrderBy(PortOf).ThenBy(listener => string.Join(',', AddressesOf(listener)), StringComparer.Ordinal);
    }

    private static bool Fits(JsonObject listener, ListenerFilter filter) =>
        (filter.Address.Length == 0 || AddressesOf(listener).Any(address => address.Equals(filter.Address, StringComparison.OrdinalIgnoreCase)))
        && (filter.Port == 0 || PortOf(listener) == filter.Port)
        && (filter.Type.Length == 0 || TypeOf(listener).Equals(filter.Type, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string[]> Rows(JsonObject listener)
    {
        var addresses = string.Join(',', AddressesOf(listener));
        var port = PortOf(listener).ToString(CultureInfo.InvariantCulture);
        return Chains(listener)
            .Select(chain => (Match: FilterChainText.Match(chain), Destination: FilterChainText.Destination(chain)))
            .OrderByDescending(chain => chain.Destination, StringComparer.Ordinal)
            .Select(chain => new[] { addresses, port, chain.Match, chain.Destination });
    }

    private static IEnumerable<JsonObject> Chains(JsonObject listener)
    {
        var chains = EnvoyDump.Items(listener, "filterChains");
        return EnvoyDump.Object(listener, "defaultFilterChain") is { } last ? chains.Append(last) : chains;
    }

    private static IEnumerable<string> AddressesOf(JsonObject listener) =>
        EnvoyDump.Items(listener, "additionalAddresses").Select(each => EnvoyDump.Object(each, "address")).Prepend(EnvoyDump.Object(listener, "address")).Select(AddressOf);

    private static string AddressOf(JsonObject? address) =>
        EnvoyDump.Object(address, "pipe") is { } pipe ? $"unix://{EnvoyDump.Text(pipe, "path")}" : EnvoyDump.Text(EnvoyDump.Object(address, "socketAddress"), "address");

    private static int PortOf(JsonObject listener) => EnvoyDump.Number(EnvoyDump.Object(listener, "address", "socketAddress"), "portValue");

    private static string TypeOf(JsonObject listener)
    {
        var filters = Chains(listener).SelectMany(chain => EnvoyDump.Items(chain, "filters")).Select(filter => EnvoyDump.Text(filter, "name")).ToHashSet();
        return (filters.Contains(FilterChainText.HttpManager), filters.Contains(FilterChainText.TcpProxy)) switch
        {
            (true, true) => "HTTP+TCP",
            (true, false) => "HTTP",
            (false, true) => "TCP",
            _ => "UNKNOWN",
        };
    }
}
