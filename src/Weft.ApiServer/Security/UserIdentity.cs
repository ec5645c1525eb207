namespace Weft.ApiServer.Security;

/// <summary>The authenticated caller.</summary>
internal sealed record UserIdentity(string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, string>? Extra = null)
{
    public const string MastersGroup = "system:masters";
    public const string AuthenticatedGroup = "system:authenticated";
    public const string ServiceAccountPrefix = "system:serviceaccount:";

    public static UserIdentity Anonymous { get; } = new("system:anonymous", "", ["system:unauthenticated"]);

    public bool IsMaster => Groups.Contains(MastersGroup);

    public bool IsAnonymous => Name == Anonymous.Name;

    /// <summary>Namespace and name of the service account that a user name stands for; null for others.</summary>
    public static (string Namespace, string Name)? ServiceAccountOf(string user) =>
        user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && user[ServiceAccountPrefix.Length..].Split(':') is [{ Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;

    /// <summary>What service accounts of a namespace belong to.</summary>
    public static string[] GroupsOf(string ns) => ["system:serviceaccounts", $"system:serviceaccounts:{ns}"];
}
