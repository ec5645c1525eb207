using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Path.Match.UriTemplate.V3;
using Envoy.Type.Matcher.V3;
using Weft.Istio.Mesh;
using Weft.Istio.Security;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>Conditions on the caller: all must hold. Tells whether it had to leave one out.</summary>
internal sealed class SourceConditions(MeshConfig mesh, bool isHttp, string policyNamespace)
{
    private const string Spiffe = "spiffe://";
    private const string PointerDomain = "cluster.local";
    private const string ClaimsKey = "request.auth.claims";

    /// <summary>Parts of the name of a service account.</summary>
    private const int WholeName = 5;

    public bool IsComplete { get; private set; } = true;

    public Principal Of(RuleSource source, ImmutableArray<RuleCondition> conditions)
    {
        var all = new List<Principal>();
        Add(all, source.Principals, source.NotPrincipals, PrincipalNames);
        AddToken(all, source.RequestPrincipals, source.NotRequestPrincipals, RequestPrincipals);
        Add(all, source.ServiceAccounts, source.NotServiceAccounts, ServiceAccount);
        Add(all, source.Namespaces, source.NotNamespaces, Namespace);
        Add(all, source.TrustDomains, source.NotTrustDomains, TrustDomain);
        Add(all, source.RemoteIpBlocks, source.NotRemoteIpBlocks, block => [new Principal { RemoteIp = IpBlocks.Range(block) }]);
        Add(all, source.IpBlocks, source.NotIpBlocks, block => [new Principal { DirectRemoteIp = IpBlocks.Range(block) }]);
        foreach (var condition in conditions)
        {
            AddCondition(all, condition);
        }

        if (all.Count == 0)
        {
            all.Add(new Principal { Any = true });
        }

        return new Principal { AndIds = new() { Ids = { all } } };
    }

    private void AddCondition(List<Principal> all, RuleCondition condition)
    {
        switch (condition.Key)
        {
            case "source.ip":
                Add(all, condition.Values, condition.NotValues, block => [new Principal { DirectRemoteIp = IpBlocks.Range(block) }]);
                break;
            case "remote.ip":
                Add(all, condition.Values, condition.NotValues, block => [new Principal { RemoteIp = IpBlocks.Range(block) }]);
                break;
            case "source.namespace":
                Add(all, condition.Values, condition.NotValues, Namespace);
                break;
            case "source.principal":
                Add(all, condition.Values, condition.NotValues, PrincipalNames);
                break;
            case "source.trustDomain":
                Add(all, condition.Values, condition.NotValues, TrustDomain);
                break;
            case "source.serviceAccount":
                Add(all, condition.Values, condition.NotValues, ServiceAccount);
                break;
            case var key when isHttp && key.StartsWith("request.headers[", StringComparison.Ordinal) && key.EndsWith(']'):
                Add(all, condition.Values, condition.NotValues, value => [new Principal { Header = HeaderConditions.Of(key[16..^1], value, ignoreCase: false) }]);
                break;
            case "request.auth.principal":
                AddToken(all, condition.Values, condition.NotValues, RequestPrincipals);
                break;
            case "request.auth.audiences":
                AddToken(all, condition.Values, condition.NotValues, values => Claim(["aud"], values));
                break;
            case "request.auth.presenter":
                AddToken(all, condition.Values, condition.NotValues, values => Claim(["azp"], values));
                break;
            case var key when key.StartsWith(ClaimsKey, StringComparison.Ordinal) && ClaimMatchers.Bracketed(key[ClaimsKey.Length..]) is { } path:
                AddToken(all, condition.Values, condition.NotValues, values => Claim(path, values));
                break;
            case "destination.ip" or "destination.port" or "connection.sni":
            case var key when OperationConditions.FilterValueOf(key) is not null:
                break;
            default:
                Leave(condition.Values, condition.NotValues);
                break;
        }
    }

    /// <summary>What is known of a token exists on HTTP chains only. The values are alternatives.</summary>
    private void AddToken(List<Principal> all, ImmutableArray<string> values, ImmutableArray<string> notValues, Func<ImmutableArray<string>, Principal> translate)
    {
        if (!isHttp)
        {
            Leave(values, notValues);
            return;
        }

        if (values.Length > 0)
        {
            all.Add(translate(values));
        }

        if (notValues.Length > 0)
        {
            all.Add(new Principal { NotId = translate(notValues) });
        }
    }

    private static Principal RequestPrincipals(ImmutableArray<string> values) =>
        values is [var only] ? RequestPrincipal(only) : new Principal { OrIds = new() { Ids = { values.Select(RequestPrincipal) } } };

    /// <summary>Issuer/subject, divided at the last slash; a star alone is any of both. Only the first of a star at the front and one at the end counts.</summary>
    private static Principal RequestPrincipal(string value)
    {
        var slash = value.LastIndexOf('/');
        var (issuer, subject) = slash < 0 ? (value, "") : (value[..slash], value[(slash + 1)..]);
        var (issuerMatcher, subjectMatcher) = value switch
        {
            "*" => (Any, Any),
            ['*', ..] => slash < 0 ? (Any, HeaderConditions.Matcher(value)) : (HeaderConditions.Matcher(issuer), Exactly(subject)),
            [.., '*'] => slash < 0 ? (HeaderConditions.Matcher(value), Any) : (Exactly(issuer), HeaderConditions.Matcher(subject)),
            _ => (Exactly(issuer), Exactly(subject)),
        };
        return new Principal
        {
            AndIds = new() { Ids = { new Principal { Metadata = ClaimMatchers.Text("iss", issuerMatcher) }, new Principal { Metadata = ClaimMatchers.Text("sub", subjectMatcher) } } },
        };
    }

    private static StringMatcher Any => HeaderConditions.Matcher("*");

    private static StringMatcher Exactly(string text) => new() { Exact = text };

    private static Principal Claim(IEnumerable<string> path, ImmutableArray<string> values) => new() { Metadata = ClaimMatchers.TextOrList(path, [.. values.Select(HeaderConditions.Matcher)]) };

    private void Leave(ImmutableArray<string> values, ImmutableArray<string> notValues) => IsComplete &= values.Length + notValues.Length == 0;

    private static void Add(List<Principal> all, ImmutableArray<string> values, ImmutableArray<string> notValues, Func<string, IEnumerable<Principal>> translate)
    {
        if (values.Length > 0)
        {
            all.Add(AnyOf(values, translate));
        }

        if (notValues.Length > 0)
        {
            all.Add(new Principal { NotId = AnyOf(notValues, translate) });
        }
    }

    private static Principal AnyOf(ImmutableArray<string> values, Func<string, IEnumerable<Principal>> translate) =>
        new() { OrIds = new() { Ids = { values.SelectMany(translate) } } };

    private static Principal Authenticated(StringMatcher name) => new() { Authenticated = new() { PrincipalName = name } };

    private static Principal Authenticated(string regex) => Authenticated(new StringMatcher { SafeRegex = new RegexMatcher { Regex = regex } });

    /// <summary>A name of the mesh's own trust domain stands for that name in each of its aliases.</summary>
    private IEnumerable<Principal> PrincipalNames(string value)
    {
        if (value == "*")
        {
            return [Authenticated(".+")];
        }

        if (value.StartsWith('*'))
        {
            return [Authenticated($"{Spiffe}.*{value[1..]}")];
        }

        // Only a whole name, trust-domain/ns/namespace/sa/account, is known to begin with a trust domain.
        var domain = value[..Math.Max(0, value.IndexOf('/', StringComparison.Ordinal))];
        var domains = mesh.TrustDomainAliases.Insert(0, mesh.TrustDomain);
        var isOwn = value.Split('/').Length == WholeName && (domain == PointerDomain || domains.Contains(domain));
        var names = isOwn ? domains.Distinct().Select(alias => alias + value[domain.Length..]) : [value];
        return names.Select(name => Authenticated(name.EndsWith('*')
            ? new StringMatcher { Prefix = Spiffe + name[..^1] }
            : new StringMatcher { Exact = Spiffe + name }));
    }

    private static IEnumerable<Principal> Namespace(string value) => [Authenticated($".*/ns/{value.Replace("*", ".*", StringComparison.Ordinal)}/.*")];

    private static IEnumerable<Principal> TrustDomain(string value) => [Authenticated($"{Spiffe}{Escape(value).Replace("*", ".*", StringComparison.Ordinal)}/.*")];

    private IEnumerable<Principal> ServiceAccount(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var (@namespace, account) = slash < 0 ? (policyNamespace, value) : (value[..slash], value[(slash + 1)..]);
        return [Authenticated($"{Spiffe}.+/ns/{Escape(@namespace)}/(.+/|)sa/{Escape(account)}(/.+)?")];
    }

    private static string Escape(string name) => name.Replace(".", "\\.", StringComparison.Ordinal);
}

/// <summary>Conditions on what is asked: all must hold. Tells whether it had to leave one out.</summary>
internal sealed class OperationConditions(bool isHttp)
{
    private const string FilterKey = "experimental.envoy.filters.";

    public bool IsComplete { get; private set; } = true;

    public Permission Of(RuleOperation operation, ImmutableArray<RuleCondition> conditions)
    {
        var all = new List<Permission>();
        AddHttp(all, operation.Hosts, operation.NotHosts, value => new Permission { Header = HeaderConditions.Of(":authority", value, ignoreCase: true) });
        AddHttp(all, operation.Methods, operation.NotMethods, value => new Permission { Header = HeaderConditions.Of(":method", value, ignoreCase: false) });
        AddHttp(all, operation.Paths, operation.NotPaths, PathOf);
        Add(all, operation.Ports, operation.NotPorts, Port);
        foreach (var condition in conditions)
        {
            AddCondition(all, condition);
        }

        if (all.Count == 0)
        {
            all.Add(new Permission { Any = true });
        }

        return new Permission { AndRules = new() { Rules = { all } } };
    }

    private static void AddCondition(List<Permission> all, RuleCondition condition)
    {
        switch (condition.Key)
        {
            case "destination.ip":
                Add(all, condition.Values, condition.NotValues, block => new Permission { DestinationIp = IpBlocks.Range(block) });
                break;
            case "destination.port":
                Add(all, condition.Values, condition.NotValues, Port);
                break;
            case var key when FilterValueOf(key) is { } value:
                AddMetadata(all, value.Filter, value.Name, condition);
                break;
            case "connection.sni":
                Add(all, condition.Values, condition.NotValues, value => new Permission { RequestedServerName = HeaderConditions.Matcher(value) });
                break;
            default:
                // The other keys are about the caller.
                break;
        }
    }

    /// <summary>The filter and the name of the value that it leaves, of a condition about such; null of any other key.</summary>
    public static (string Filter, string Name)? FilterValueOf(string key) =>
        key.StartsWith(FilterKey, StringComparison.Ordinal) && key.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket && ClaimMatchers.Bracketed(key[bracket..]) is [var name]
            ? (key["experimental.".Length..bracket], name)
            : null;

    private static void AddMetadata(List<Permission> all, string filter, string name, RuleCondition condition)
    {
        if (condition.Values.Length > 0)
        {
            all.Add(FilterMetadata(filter, name, condition.Values));
        }

        if (condition.NotValues.Length > 0)
        {
            all.Add(new Permission { NotRule = FilterMetadata(filter, name, condition.NotValues) });
        }
    }

    /// <summary>What another filter left in metadata; a value in brackets is looked for in a list.</summary>
    private static Permission FilterMetadata(string filter, string name, ImmutableArray<string> values) => new()
    {
        Metadata = new MetadataMatcher { Filter = filter, Path = { new MetadataMatcher.Types.PathSegment { Key = name } }, Value = ClaimMatchers.OneOf([.. values.Select(FilterValue)]) },
    };

    private static ValueMatcher FilterValue(string value)
    {
        var isList = value is ['[', .., ']'];
        var text = new ValueMatcher { StringMatch = HeaderConditions.Matcher(isList ? value[1..^1] : value) };
        return isList ? new ValueMatcher { ListMatch = new ListMatcher { OneOf = text } } : text;
    }

    private void AddHttp(List<Permission> all, ImmutableArray<string> values, ImmutableArray<string> notValues, Func<string, Permission> translate)
    {
        if (isHttp)
        {
            Add(all, values, notValues, translate);
        }
        else
        {
            IsComplete &= values.Length + notValues.Length == 0;
        }
    }

    private static void Add(List<Permission> all, ImmutableArray<string> values, ImmutableArray<string> notValues, Func<string, Permission> translate)
    {
        if (values.Length > 0)
        {
            all.Add(AnyOf(values, translate));
        }

        if (notValues.Length > 0)
        {
            all.Add(new Permission { NotRule = AnyOf(notValues, translate) });
        }
    }

    private static Permission AnyOf(ImmutableArray<string> values, Func<string, Permission> translate) =>
        new() { OrRules = new() { Rules = { values.Select(translate) } } };

    private static Permission Port(string value) =>
        new() { DestinationPort = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0 };

    private static Permission PathOf(string value) => value.Contains("{*}", StringComparison.Ordinal) || value.Contains("{**}", StringComparison.Ordinal)
        ? new Permission
        {
            UriTemplate = new TypedExtensionConfig
            {
                Name = "uri-template",
                TypedConfig = new UriTemplateMatchConfig
                {
                    PathTemplate = value.Replace("{**}", "**", StringComparison.Ordinal).Replace("{*}", "*", StringComparison.Ordinal),
                }.Pack(),
            },
        }
        : new Permission { UrlPath = new PathMatcher { Path = HeaderConditions.Matcher(value) } };
}

/// <summary>Istio's four forms of text: exact, a*, *a and *.</summary>
internal static class HeaderConditions
{
    public static StringMatcher Matcher(string value) => value switch
    {
        "*" => new StringMatcher { SafeRegex = new RegexMatcher { Regex = ".+" } },
        ['*', ..] => new StringMatcher { Suffix = value[1..] },
        [.., '*'] => new StringMatcher { Prefix = value[..^1] },
        _ => new StringMatcher { Exact = value },
    };

    public static HeaderMatcher Of(string name, string value, bool ignoreCase)
    {
        if (value == "*")
        {
            return new HeaderMatcher { Name = name, PresentMatch = true };
        }

        var matcher = Matcher(value);
        matcher.IgnoreCase = ignoreCase;
        return new HeaderMatcher { Name = name, StringMatch = matcher };
    }
}

internal static class IpBlocks
{
    /// <summary>A block a.b.c.d/n, or one address.</summary>
    public static CidrRange Range(string block)
    {
        var slash = block.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? block : block[..slash];
        var whole = address.Contains(':') ? 128u : 32u;
        var length = slash >= 0 && uint.TryParse(block[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : whole;
        return new CidrRange { AddressPrefix = address, PrefixLen = length };
    }
}
