using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Requests;

namespace Weft.Api.MeshTopology;

/// <summary>What a request asks of the mesh graph; its refusals are in Kiali's words, with the status that they mean. Appenders, of which Kiali has none, are ignored as there.</summary>
/// <param name="QueryTime">In seconds since 1970; only told, since the mesh is shown as it is now.</param>
internal sealed record MeshGraphOptions(bool IncludeGateways, bool IncludeWaypoints, long QueryTime)
{
    public static MeshGraphOptions Parse(IQueryCollection query, DateTimeOffset now)
    {
        if (query.First("configVendor") is { Length: > 0 } vendor && vendor != "common")
        {
            throw ApiException.BadRequest($"Invalid configVendor [{vendor}]");
        }

        return new MeshGraphOptions(
            Flag(query, "includeGateways", "meshGateways"),
            Flag(query, "includeWaypoints", "meshWaypoints"),
            query.First("queryTime") switch
            {
                "" => now.ToUnixTimeSeconds(),
                var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= UnixSeconds.Max => seconds,
                var text => throw ApiException.BadRequest($"Invalid queryTime [{text}]"),
            });
    }

    private static bool Flag(IQueryCollection query, string name, string toldAs) => query.First(name) switch
    {
        "" => false,
        var text when NamespaceQuery.Flag(query, name, false) == NamespaceQuery.Flag(query, name, true) => text[0] is 't' or 'T' or '1',
        var text => throw ApiException.BadRequest($"Invalid {toldAs} [{text}]"),
    };
}
