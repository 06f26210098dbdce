import { parseArguments } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { confirmSecondFactor, startSecondFactor } from './service/enrol.ts'
import { getSecondFactor, renewRecoveryCodes, stepUp } from './service/own-factor.ts'
import { disableSecondFactor, resetUserSecondFactor } from './service/remove-factor.ts'
import type { Enrolment, SecondFactorState } from './types.ts'

/** Adds the second factor and the step-up to the schema. */
export function secondFactorGraphql(builder: GraphqlBuilder): void {
  addState(builder)
  addEnrolment(builder)
  addChanges(builder)
}

function addState(builder: GraphqlBuilder): void {
  const status = builder.enumType('SecondFactorStatus', {
    values: ['inactive', 'pending', 'active'] as const,
  })
  const policy = builder.enumType('SecondFactorPolicy', {
    values: ['off', 'optional', 'required'] as const,
  })
  const state = builder.objectRef<SecondFactorState>('SecondFactor').implement({
    fields: (t) => ({
      status: t.expose('status', { type: status }),
      policy: t.expose('policy', { type: policy }),
      activeSince: t.expose('activeSince', { type: 'DateTime', nullable: true }),
      recoveryCodesLeft: t.exposeInt('recoveryCodesLeft'),
    }),
  })
  builder.queryFields((t) => ({
    secondFactor: t.field({
      type: state,
      description: 'The caller’s second factor.',
      resolve: (_, _args, { deps, ctx }) => getSecondFactor(deps, ctx),
    }),
  }))
}

function addEnrolment(builder: GraphqlBuilder): void {
  const enrolment = builder.objectRef<Enrolment>('SecondFactorEnrolment').implement({
    description: 'What an app for codes needs, shown this once.',
    fields: (t) => ({ uri: t.exposeString('uri'), secret: t.exposeString('secret') }),
  })
  builder.mutationFields((t) => ({
    startSecondFactor: t.field({
      type: enrolment,
      description: 'Begins a second factor.',
      args: { password: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        startSecondFactor(deps, ctx, parseArguments(schemas.startInput, args)),
    }),
    confirmSecondFactor: t.stringList({
      description: 'Switches on the second factor by a first code. Answers the recovery codes.',
      args: { code: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const input = parseArguments(schemas.confirmInput, args)
        return (await confirmSecondFactor(deps, ctx, input)).recoveryCodes
      },
    }),
    renewRecoveryCodes: t.stringList({
      description: 'Makes new recovery codes.',
      resolve: async (_, _args, { deps, ctx }) =>
        (await renewRecoveryCodes(deps, ctx)).recoveryCodes,
    }),
  }))
}

function addChanges(builder: GraphqlBuilder): void {
  builder.mutationFields((t) => ({
    disableSecondFactor: t.boolean({
      description: 'Switches off the caller’s second factor.',
      resolve: async (_, _args, { deps, ctx }) => {
        await disableSecondFactor(deps, ctx)
        return true
      },
    }),
    stepUp: t.field({
      type: 'DateTime',
      description: 'Lets the session do what is sensitive. Answers until when.',
      args: {
        password: t.arg.string({ required: true }),
        code: t.arg.string(),
        recoveryCode: t.arg.string(),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await stepUp(deps, ctx, parseArguments(schemas.stepUpInput, args))).elevatedUntil,
    }),
    resetUserSecondFactor: t.boolean({
      description: 'Switches off the second factor of a user who has lost it.',
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await resetUserSecondFactor(deps, ctx, parseArguments(idParams, args))
        return true
      },
    }),
  }))
}
