namespace Weft.Istio.Admission;

/// <summary>Who calls, in a rule of an AuthorizationPolicy.</summary>
internal static class AuthorizationSources
{
    private static readonly string[] s_fields =
    [
        "principals", "requestPrincipals", "namespaces", "serviceAccounts", "ipBlocks", "remoteIpBlocks",
        "notPrincipals", "notRequestPrincipals", "notNamespaces", "notServiceAccounts", "notIpBlocks", "notRemoteIpBlocks",
    ];

    public static void Check(Spec source, string at, Findings findings)
    {
        var hasAccounts = source.Has("serviceAccounts") || source.Has("notServiceAccounts");
        var hasIdentities = source.Has("principals") || source.Has("notPrincipals") || source.Has("namespaces") || source.Has("notNamespaces");
        findings.ErrorIf(hasAccounts && hasIdentities, $"cannot set serviceAccounts with namespaces or principals, {at}");
        findings.ErrorIf(!s_fields.Any(source.Has), $"`from.source` must not be empty, {at}");
        foreach (var field in new[] { "ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks" })
        {
            findings.Add(AuthorizationAttributes.CheckAddresses(source.Texts(field)));
        }

        foreach (var field in s_fields)
        {
            var name = char.ToUpperInvariant(field[0]) + field[1..];
            var values = source.Texts(field);
            findings.Error(
                field is "serviceAccounts" or "notServiceAccounts"
                    ? AuthorizationAttributes.ServiceAccountProblem(name, values)
                    : AuthorizationAttributes.EmptyValue(name, values));
        }
    }

    /// <summary>It says something that is known of plain TCP connections too.</summary>
    public static bool HoldsForTcp(Spec source) => s_fields.Any(field => field is not ("requestPrincipals" or "notRequestPrincipals") && source.Has(field));
}
