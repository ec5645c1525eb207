using Microsoft.AspNetCore.Http;

namespace Weft.Api.Requests;

/// <summary>Reads single parameters as Kiali does (Go's <c>url.Values.Get</c>): of a parameter that is given several times the first counts.</summary>
internal static class QueryText
{
    /// <summary>The first value of a parameter; empty when there is none.</summary>
    public static string First(this IQueryCollection query, string name) => query[name].FirstOrDefault() ?? "";
}
