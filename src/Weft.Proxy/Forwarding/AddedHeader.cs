namespace Weft.Proxy.Forwarding;

/// <summary>A header that is added to a response, with what becomes of one that is there.</summary>
internal readonly record struct AddedHeader(string Name, string Value, Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction Action);
