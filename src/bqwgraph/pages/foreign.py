"""Names of words of other vocabularies that the files use and do not declare, for pages."""

from collections.abc import Mapping
from typing import Final

from bqwgraph.graph.namespaces import PREFIXES

_RDF, _RDFS, _OWL, _SH, _XSD, _DCTERMS, _VOID = (
    PREFIXES[name] for name in ("rdf", "rdfs", "owl", "sh", "xsd", "dcterms", "void")
)
_ADMS: Final = "http://purl.org/adms/status/"
_EU: Final = "http://publications.europa.eu/resource/authority/"
_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    _RDF + "type": {"zh-Hans": "类型", "en": "Type"},
    _RDF + "value": {"zh-Hans": "值", "en": "Value"},
    _RDFS + "label": {"zh-Hans": "名称", "en": "Label"},
    _RDFS + "comment": {"zh-Hans": "说明", "en": "Comment"},
    _RDFS + "domain": {"zh-Hans": "定义域", "en": "Domain"},
    _RDFS + "range": {"zh-Hans": "值域", "en": "Range"},
    _RDFS + "subClassOf": {"zh-Hans": "上位类", "en": "Subclass of"},
    _RDFS + "subPropertyOf": {"zh-Hans": "上位属性", "en": "Subproperty of"},
    _RDFS + "isDefinedBy": {"zh-Hans": "定义于", "en": "Defined by"},
    _RDFS + "seeAlso": {"zh-Hans": "另见", "en": "See also"},
    _OWL + "disjointWith": {"zh-Hans": "互斥类", "en": "Disjoint with"},
    _OWL + "versionIRI": {"zh-Hans": "版本 IRI", "en": "Version IRI"},
    _OWL + "versionInfo": {"zh-Hans": "版本", "en": "Version"},
    _OWL + "deprecated": {"zh-Hans": "已废弃", "en": "Deprecated"},
    _OWL + "Class": {"zh-Hans": "类", "en": "Class"},
    _OWL + "ObjectProperty": {"zh-Hans": "对象属性", "en": "Object property"},
    _OWL + "DatatypeProperty": {"zh-Hans": "数据属性", "en": "Datatype property"},
    _OWL + "AnnotationProperty": {"zh-Hans": "注释属性", "en": "Annotation property"},
    _OWL + "TransitiveProperty": {"zh-Hans": "传递属性", "en": "Transitive property"},
    _OWL + "SymmetricProperty": {"zh-Hans": "对称属性", "en": "Symmetric property"},
    _OWL + "Ontology": {"zh-Hans": "本体", "en": "Ontology"},
    _SH + "NodeShape": {"zh-Hans": "节点形状", "en": "Node shape"},
    _SH + "PropertyShape": {"zh-Hans": "属性形状", "en": "Property shape"},
    _SH + "class": {"zh-Hans": "值的类", "en": "Class of values"},
    _SH + "datatype": {"zh-Hans": "数据类型", "en": "Datatype"},
    _SH + "in": {"zh-Hans": "可取的值", "en": "One of"},
    _SH + "languageIn": {"zh-Hans": "语言", "en": "Languages"},
    _SH + "lessThan": {"zh-Hans": "小于", "en": "Less than"},
    _SH + "maxCount": {"zh-Hans": "最多个数", "en": "At most"},
    _SH + "message": {"zh-Hans": "提示", "en": "Message"},
    _SH + "minCount": {"zh-Hans": "最少个数", "en": "At least"},
    _SH + "minExclusive": {"zh-Hans": "大于", "en": "Greater than"},
    _SH + "minInclusive": {"zh-Hans": "不小于", "en": "No less than"},
    _SH + "name": {"zh-Hans": "名称", "en": "Name"},
    _SH + "nodeKind": {"zh-Hans": "节点种类", "en": "Kind of node"},
    _SH + "path": {"zh-Hans": "路径", "en": "Path"},
    _SH + "pattern": {"zh-Hans": "模式", "en": "Pattern"},
    _SH + "property": {"zh-Hans": "属性形状", "en": "Property shapes"},
    _SH + "severity": {"zh-Hans": "严重程度", "en": "Severity"},
    _SH + "targetClass": {"zh-Hans": "所管的类", "en": "Target class"},
    _SH + "uniqueLang": {"zh-Hans": "每种语言至多一个", "en": "One a language"},
    _SH + "Violation": {"zh-Hans": "违规", "en": "Violation"},
    _SH + "Warning": {"zh-Hans": "警告", "en": "Warning"},
    _SH + "Info": {"zh-Hans": "提示", "en": "Info"},
    _SH + "IRI": {"zh-Hans": "IRI", "en": "IRI"},
    _SH + "Literal": {"zh-Hans": "字面量", "en": "Literal"},
    _ADMS + "UnderDevelopment": {"zh-Hans": "编制中", "en": "Under development"},
    _ADMS + "Completed": {"zh-Hans": "已完成", "en": "Completed"},
    _ADMS + "Deprecated": {"zh-Hans": "已废弃", "en": "Deprecated"},
    _ADMS + "Withdrawn": {"zh-Hans": "已撤回", "en": "Withdrawn"},
    _XSD + "boolean": {"zh-Hans": "是或否", "en": "Yes or no"},
    _XSD + "date": {"zh-Hans": "日期", "en": "Date"},
    _XSD + "decimal": {"zh-Hans": "小数", "en": "Decimal number"},
    _XSD + "gYear": {"zh-Hans": "年份", "en": "Year"},
    _XSD + "integer": {"zh-Hans": "整数", "en": "Whole number"},
    _XSD + "nonNegativeInteger": {"zh-Hans": "非负整数", "en": "Whole number from 0 on"},
    _XSD + "positiveInteger": {"zh-Hans": "正整数", "en": "Whole number from 1 on"},
    _XSD + "string": {"zh-Hans": "字符串", "en": "Text"},
    _RDF + "langString": {"zh-Hans": "带语言标记的文字", "en": "Text with a language tag"},
    _DCTERMS + "hasPart": {"zh-Hans": "所含", "en": "Has part"},
    _VOID + "Dataset": {"zh-Hans": "RDF 数据集", "en": "RDF dataset"},
    _VOID + "classes": {"zh-Hans": "类的数目", "en": "Classes"},
    _VOID + "distinctObjects": {"zh-Hans": "不同客体的数目", "en": "Distinct objects"},
    _VOID + "distinctSubjects": {"zh-Hans": "不同主体的数目", "en": "Distinct subjects"},
    _VOID + "entities": {"zh-Hans": "事物的数目", "en": "Things"},
    _VOID + "properties": {"zh-Hans": "属性的数目", "en": "Properties"},
    _VOID + "sparqlEndpoint": {"zh-Hans": "SPARQL 端点", "en": "SPARQL endpoint"},
    _VOID + "subset": {"zh-Hans": "子数据集", "en": "Subset"},
    _VOID + "triples": {"zh-Hans": "陈述的数目", "en": "Statements"},
    _VOID + "uriSpace": {"zh-Hans": "IRI 的开头", "en": "IRIs begin with"},
    _VOID + "vocabulary": {"zh-Hans": "所用词汇", "en": "Vocabulary"},
    _EU + "access-right/PUBLIC": {"zh-Hans": "公开", "en": "Public"},
    _EU + "data-theme": {"zh-Hans": "欧盟数据主题", "en": "EU data themes"},
    _EU + "data-theme/GOVE": {"zh-Hans": "政府与公共部门", "en": "Government and public sector"},
    _EU + "data-theme/REGI": {"zh-Hans": "区域与城市", "en": "Regions and cities"},
    _EU + "frequency/IRREG": {"zh-Hans": "不定期", "en": "Irregular"},
    _EU + "language/ENG": {"zh-Hans": "英文", "en": "English"},
    _EU + "language/ZHO": {"zh-Hans": "中文", "en": "Chinese"},
    _EU + "licence/CC_BY_4_0": {"zh-Hans": "CC BY 4.0", "en": "CC BY 4.0"},
    "https://creativecommons.org/licenses/by/4.0/": {"zh-Hans": "CC BY 4.0", "en": "CC BY 4.0"},
}


def plain(iri: str) -> dict[str, str]:
    """Return the names of a word by language tag in small letters, if it is one of these."""
    return {tag.lower(): text for tag, text in _NAMES.get(iri, {}).items()}
